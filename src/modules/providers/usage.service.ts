import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { storable } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import type { CallPurpose, ProviderModel, ProviderUser } from './chat-provider';
import { CallMeter, type CallResult } from './usage/call-meter';
import { UsageRecordsRepository } from './usage-records.repository';
import type { NewUsageRecord } from './usage.types';

/** Records of one INSERT. */
const BATCH = 500;
/** Records that wait for a database that does not answer; beyond it they are lost. */
const MAX_WAITING = 10_000;
/** Characters of an id that clients may have made up. */
const MAX_ID = 512;

/** A call as it begins. */
export interface MeteredCall {
  /** `openai`, `ollama`, … */
  provider: string;
  model: Pick<ProviderModel, 'id' | 'urlIdx'>;
  purpose: CallPurpose;
  signal: AbortSignal;
  user?: Pick<ProviderUser, 'id' | 'credential'>;
  /** The id that was asked for, when it is not the model's own. */
  presetId?: string;
}

/**
 * The accounts: what calls of providers took. Records are written after the answer, several at once when many calls
 * end, so nobody waits for them.
 */
@Injectable()
export class UsageService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageService.name);
  private waiting: NewUsageRecord[] = [];
  private writing: Promise<void> | undefined;

  constructor(private readonly records: UsageRecordsRepository) {}

  /** Watches one call; what it took is recorded when it is over. */
  meter(call: MeteredCall): CallMeter {
    const createdAt = nowSeconds();
    return new CallMeter(call.signal, (result) => this.record(toRecord(call, createdAt, result)));
  }

  /** Resolves when everything that is over is written. */
  async settled(): Promise<void> {
    await this.writing;
  }

  /** Modules that call models are stopped before this one, so nothing comes any more. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.settled();
  }

  private record(record: NewUsageRecord): void {
    if (this.waiting.length >= MAX_WAITING) return;
    this.waiting.push(record);
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  private async write(): Promise<void> {
    // The calls that end in the same moment go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      await this.records.insert(batch).catch((error: unknown) => {
        this.logger.error({ err: error, calls: batch.length }, 'Calls could not be recorded');
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
