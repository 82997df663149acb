import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { storable } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import type { CallPurpose, ProviderModel, ProviderUser } from '../chat-provider';
import { CallMeter, type CallResult } from './call-meter';
import { UsageRecordsRepository } from './usage-records.repository';
import type { NewUsageRecord } from './usage.types';

/** Records per INSERT. */
const BATCH = 500;
/** Records queued while the database is not responding; further ones are dropped. */
const MAX_WAITING = 10_000;
/** Largest length of an id, which clients may have invented. */
const MAX_ID = 512;

/** A call that starts. */
export interface MeteredCall {
  /** `openai`, `ollama`, … */
  provider: string;
  model: Pick<ProviderModel, 'id' | 'urlIdx'>;
  purpose: CallPurpose;
  signal: AbortSignal;
  user?: Pick<ProviderUser, 'id' | 'credential'>;
  /** The requested id when it differs from the model's. */
  presetId?: string;
}

/**
 * Usage of provider calls. Records are written after the response, in batches, so that no request waits for them.
 */
@Injectable()
export class UsageService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageService.name);
  private waiting: NewUsageRecord[] = [];
  private writing: Promise<void> | undefined;

  constructor(private readonly records: UsageRecordsRepository) {}

  /** Measures one call; its usage is recorded when it ends. */
  meter(call: MeteredCall): CallMeter {
    const createdAt = nowSeconds();
    return new CallMeter(call.signal, (result) => this.record(toRecord(call, createdAt, result)));
  }

  /** Resolves when all finished calls are written. */
  async settled(): Promise<void> {
    await this.writing;
  }

  /** Modules that call models are stopped before this one, so no further records are added. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.settled();
  }

  private record(record: NewUsageRecord): void {
    if (this.waiting.length >= MAX_WAITING) return;
    this.waiting.push(record);
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  private async write(): Promise<void> {
    // Calls that end in the same turn of the event loop are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      await this.records.insert(batch).catch((error: unknown) => {
        this.logger.error({ err: error, calls: batch.length }, 'Usage of calls could not be recorded');
      });
    }
  }
}

function toRecord(call: MeteredCall, createdAt: number, result: CallResult): NewUsageRecord {
  const { user, model, presetId, purpose, provider } = call;
  const credential = user?.credential;
  return {
    createdAt,
    day: new Date(createdAt * 1000).toISOString().slice(0, 10),
    userId: user?.id ?? null,
    apiKeyId: credential?.kind === 'api_key' ? credential.keyId : null,
    purpose,
    modelId: idOf(presetId ?? model.id),
    baseModelId: idOf(model.id),
    provider,
    connection: model.urlIdx ?? null,
    inputTokens: result.tokens.input,
    outputTokens: result.tokens.output,
    cachedTokens: result.tokens.cached,
    firstTokenMs: result.firstTokenMs === null ? null : Math.round(result.firstTokenMs),
    durationMs: Math.round(result.durationMs),
    status: result.status,
  };
}

const idOf = (id: string): string => storable(id.slice(0, MAX_ID));
