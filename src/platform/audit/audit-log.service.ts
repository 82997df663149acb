import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { storable } from '../../common/util/json';
import { toAuditEntryResponse, type AuditListResponse, type AuditQuery } from './audit.dto';
import { AuditRepository, type AuditFilter, type NewAuditEntry } from './audit.repository';

const BATCH = 500;
const PAGE_SIZE = 100;
/** Entries queued while the database is not responding; further ones are only logged. */
const MAX_WAITING = 10_000;

/** Queues audit entries and writes them in batches, shortly after their requests. */
@Injectable()
export class AuditLogService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly waiting: NewAuditEntry[] = [];
  private writing: Promise<void> | undefined;

  constructor(private readonly entries: AuditRepository) {}

  /** Never throws or blocks; an entry that cannot be stored is written to the log. */
  record(entry: NewAuditEntry): void {
    if (this.waiting.length >= MAX_WAITING) return this.logLost([entry], new Error('Too many entries are waiting'));
    this.waiting.push(storable(entry));
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** Records a change without a request, such as that of the retention job. */
  recordOwn(action: string, details: Record<string, unknown>): void {
    const noActor = { actorId: null, actorName: null, actorEmail: null, actorRole: null, credential: null };
    const noRequest = { address: null, userAgent: null, requestId: null, target: null };
    this.record({ at: Date.now(), ...noActor, ...noRequest, action, outcome: 'success', status: 200, details });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  /** Newest first; `next` of a full page is the `before` of the next one. */
  async list(query: AuditQuery): Promise<AuditListResponse> {
    const found = await this.entries.findBefore(toFilter(query), query.before ?? null, PAGE_SIZE);
    const last = found.length === PAGE_SIZE ? found.at(-1) : undefined;
    return { entries: found.map(toAuditEntryResponse), next: last?.id ?? null };
  }

  /** All matching entries, oldest first, as JSON lines; read in batches. */
  async *exportLines(query: AuditQuery): AsyncGenerator<string, void> {
    const filter = toFilter(query);
    for (let after: string | undefined = '0'; after !== undefined;) {
      const batch = await this.entries.findAfter(filter, after, BATCH);
      yield batch.map((entry) => `${JSON.stringify(toAuditEntryResponse(entry))}\n`).join('');
      after = batch.length === BATCH ? batch.at(-1)?.id : undefined;
    }
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      await this.entries.insert(batch).catch((error: unknown) => this.logLost(batch, error));
    }
  }

  private logLost(entries: NewAuditEntry[], error: unknown): void {
    this.logger.error({ err: error, entries }, 'Audit entries could not be stored');
  }
}

const toFilter = ({ user_id, action, target, outcome, from, to }: AuditQuery): AuditFilter => ({
  actorId: user_id,
  action,
  target,
  outcome,
  from,
  to,
});
