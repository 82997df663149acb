import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { excerptOf } from '../../../common/errors/excerpt';
import { tryParseJson } from '../../../common/json/parse-json';
import type { JsonObject } from '../../../common/util/json';
import { sleep } from '../../../common/util/time';
import { HttpClient } from '../../../platform/http-client/http-client';
import { OutgoingError, type OutgoingFailure } from '../../../platform/http-client/outgoing-error';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { ProvidersSettings } from '../../providers/providers.settings';
import { userHeaders } from '../../../platform/http-client/user-headers';
import { ModelServerError } from './embedding.errors';
import { EmbeddingSettings } from './embedding.settings';

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
const TRANSIENT: ReadonlySet<OutgoingFailure> = new Set(['refused', 'dns', 'timeout', 'reset', 'unknown']);

export interface ModelServerRequest {
  url: string;
  headers: Record<string, string>;
  body: JsonObject;
  signal: AbortSignal;
  /** Named to the server with `ENABLE_FORWARD_USER_INFO_HEADERS`. */
  principal?: Principal;
  /** Further attempts after a transient failure. */
  retries: number;
  /** Milliseconds for an attempt, if less than configured. */
  timeout?: number;
}

/** Calls embedding and reranking servers, with retries of what is worth one: 429, 5xx and network failures. */
@Injectable()
export class ModelServerService {
  private readonly logger = new Logger(ModelServerService.name);

  constructor(
    private readonly http: HttpClient,
    private readonly settings: EmbeddingSettings,
    private readonly store: SettingsStore,
  ) {}

  /** The JSON of a success. @throws ModelServerError; the signal's reason after an abort. */
  async post(request: ModelServerRequest): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt(request);
      if (outcome.isSuccess) return outcome.body;
      if (!outcome.error.isTransient || attempt >= request.retries) throw outcome.error;
      this.logger.warn(`${outcome.error.message} Retry ${attempt + 1} of ${request.retries}.`);
      await sleep(Math.min(outcome.delay ?? FIRST_DELAY_MS * 2 ** attempt, MAX_DELAY_MS), request.signal);
      request.signal.throwIfAborted();
    }
  }

  private async attempt(request: ModelServerRequest): Promise<Outcome> {
    const { url, headers, body, signal, principal } = request;
    const user = principal && this.store.live(ProvidersSettings).forwards_user_info ? userHeaders(principal) : {};
    const limit = this.settings.timeout * 1000;
    try {
      const response = await this.http.send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...user, ...headers },
        body: JSON.stringify(body),
        signal,
        timeout: Math.min(request.timeout ?? limit, limit),
      });
      if (response.isSuccess) return { isSuccess: true, body: tryParseJson(await response.text(MAX_RESPONSE_BYTES)) };
      const { status } = response;
      const text = String(excerptOf(await response.text(MAX_ERROR_BYTES)));
      const error = new ModelServerError(`The server responded with status ${status}: ${text}`, isTransient(status));
      return { isSuccess: false, error, delay: delayOf(response.header('retry-after')) };
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      return { isSuccess: false, error: new ModelServerError(`${error.message}.`, TRANSIENT.has(error.failure)) };
    }
  }
}

type Outcome =
  { isSuccess: true; body: unknown } | { isSuccess: false; error: ModelServerError; delay?: number | undefined };

const isTransient = (status: number): boolean => status === 429 || status >= 500;

/** Milliseconds of a `Retry-After` in seconds; dates are ignored. */
function delayOf(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
