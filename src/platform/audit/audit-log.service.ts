import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { storable } from '../../common/util/json';
import { toAuditEntryResponse, type AuditListResponse, type AuditQuery } from './audit.dto';
import { AuditRepository, type AuditFilter, type NewAuditEntry } from './audit.repository';

const BATCH = 500;
const PAGE_SIZE = 100;
/** Entries that wait for a database that does not answer; what comes beyond goes to the log only. */
const MAX_WAITING = 10_000;

/** Who did what: entries are written a moment after the request that they tell of. */
@Injectable()
export class AuditLogService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly waiting: NewAuditEntry[] = [];
  private writing: Promise<void> | undefined;

  constructor(private readonly entries: AuditRepository) {}

  /** Never fails and holds nobody up; an entry that cannot be stored is told in the log. */
  record(entry: NewAuditEntry): void {
    if (this.waiting.length >= MAX_WAITING) return this.tell([entry], new Error('Too many entries are waiting'));
    this.waiting.push(storable(entry));
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** What the installation did to the log by itself: nobody asked for it. */
  recordOwn(action: string, details: Record<string, unknown>): void {
    const nobody = { actorId: null, actorName: null, actorEmail: null, actorRole: null, credential: null };
    const nowhere = { address: null, userAgent: null, requestId: null, target: null };
    this.record({ at: Date.now(), ...nobody, ...nowhere, action, outcome: 'success', status: 200, details });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  /** Newest first; `next` of a full page asks for what is before it. */
  async list(query: AuditQuery): Promise<AuditListResponse> {
    const found = await this.entries.findBefore(toFilter(query), query.before ?? null, PAGE_SIZE);
    const last = found.length === PAGE_SIZE ? found.at(-1) : undefined;
    return { entries: found.map(toAuditEntryResponse), next: last?.id ?? null };
  }

  /** Everything that matches, oldest first, one JSON object a line; read in batches. */
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
      await this.entries.insert(batch).catch((error: unknown) => this.tell(batch, error));
    }
  }

  private tell(entries: NewAuditEntry[], error: unknown): void {
    this.logger.error({ err: error, entries }, 'Audit entries are not stored');
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
