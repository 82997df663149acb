import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { parseLargeJson } from '../../../../common/json/parse-json';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { HttpClient, type OutgoingRequest } from '../../../../platform/http-client/http-client';
import { OutgoingError } from '../../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../../platform/http-client/outgoing-response';
import { ExtractionError } from '../extraction.errors';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MESSAGE = 200;
/** Milliseconds for one exchange; engines that answer with the text itself take long. */
const TIMEOUT = 600_000;
const TRANSIENT = new Set(['refused', 'dns', 'timeout', 'reset']);

/** Requests to extraction engines, with errors that the user may read. */
@Injectable()
export class EngineRequestsService {
  /** Between two questions whether a conversion has ended: milliseconds, and how many. */
  readonly polling = { interval: 2000, attempts: 300 };

  constructor(private readonly http: HttpClient) {}

  /** The answer with a status of success. @throws ExtractionError; the reason of the signal. */
  async send(url: string, request: OutgoingRequest): Promise<OutgoingResponse> {
    const response = await this.guarded(() => this.http.send(url, { timeout: TIMEOUT, ...request }));
    if (response.isSuccess) return response;
    const text = await this.guarded(() => response.text(MAX_BYTES)).catch(() => '');
    const isTransient = response.status >= 500 || response.status === 429;
    throw new ExtractionError(
      `The extraction engine answered with status ${response.status}${detailOf(text)}`,
      isTransient,
    );
  }

  /** As `send`, with the parsed answer. */
  async json(url: string, request: OutgoingRequest): Promise<unknown> {
    const response = await this.send(url, request);
    const text = await this.guarded(() => response.text(MAX_BYTES));
    try {
      return await parseLargeJson(text);
    } catch {
      throw new ExtractionError('The extraction engine did not answer with JSON');
    }
  }

  /** As `json`; an empty object for another value. */
  async object(url: string, request: OutgoingRequest): Promise<JsonObject> {
    const value = await this.json(url, request);
    return isJsonObject(value) ? value : {};
  }

  /** Asks until there is an answer. @throws ExtractionError after too many attempts; the reason of the signal. */
  async poll<T>(ask: () => Promise<T | undefined>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 0; attempt < this.polling.attempts; attempt++) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await setTimeout(this.polling.interval, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
    throw new ExtractionError('The extraction engine took too long', true);
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      throw new ExtractionError(`The extraction engine failed: ${error.message}`, TRANSIENT.has(error.failure));
    }
  }
}

/** The reason that most engines give, cut; empty for none. */
function detailOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text.slice(0, 100_000));
    const { detail, message, error } = isJsonObject(body) ? body : {};
    const reason = [detail, message, error].find((value) => typeof value === 'string');
    return reason === undefined ? '' : `: ${String(reason).slice(0, MAX_MESSAGE)}`;
  } catch {
    return '';
  }
}

/** A base URL with a path. */
export const joinUrl = (base: string, path: string): string => `${base.replace(/(?<!\/)\/+$/, '')}${path}`;

export const bearer = (key: string): Record<string, string> => (key === '' ? {} : { Authorization: `Bearer ${key}` });
