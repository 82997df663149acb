import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import type { JsonObject } from '../../../common/util/json';
import type { OutgoingRequest } from '../../../platform/http-client/http-client';
import { OutgoingError } from '../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import { OllamaSettings } from '../ollama.settings';
import { userHeaders, type Requester } from '../openai/headers.mapper';
import { ProviderUnreachableError } from '../provider-errors';
import { ProviderHttpService } from '../provider-http.service';
import { ProvidersSettings } from '../providers.settings';
import { hostsOf, type OllamaHost } from './ollama-host';

/** Largest answer that is no stream: embeddings of thousands of texts. */
const MAX_BYTES = 128 * 1024 * 1024;

/** One call to a path of a server; a body makes it a POST. */
export interface OllamaCall {
  path: string;
  method?: OutgoingRequest['method'];
  body?: JsonObject;
  /** Bytes instead of a body. */
  file?: { content: Readable; size: number };
  signal?: AbortSignal;
  /** Milliseconds; 0 or none: no limit. */
  timeout?: number;
  requester?: Requester;
}

/** Calls to Ollama servers. Those that several servers could answer go to the one with the fewest open ones. */
@Injectable()
export class OllamaHostsService {
  /** Requests that are not answered to their end yet, by URL. */
  private readonly open = new Map<string, number>();

  constructor(
    private readonly http: ProviderHttpService,
    private readonly settings: OllamaSettings,
    private readonly options: ProvidersSettings,
  ) {}

  /** Every server, disabled ones included. */
  all(): OllamaHost[] {
    return hostsOf(this.settings);
  }

  /** Those whose models are offered. */
  enabled(): OllamaHost[] {
    return this.settings.is_enabled ? this.all().filter(({ isEnabled, url }) => isEnabled && url !== '') : [];
  }

  /** @throws NotFoundError for an index without a server. */
  get(index: number): OllamaHost {
    const host = this.all()[index];
    if (!host) throw new NotFoundError();
    return host;
  }

  /** Milliseconds for the answers of a server about itself and its models. */
  get shortTimeout(): number {
    return this.options.model_list_timeout * 1000;
  }

  /** Milliseconds for an answer of a model. */
  get longTimeout(): number {
    return this.options.timeout * 1000;
  }

  /** Resolves with the headers of a success. @throws ProviderError, ProviderUnreachableError, or the signal's reason. */
  async send(host: OllamaHost, call: OllamaCall): Promise<OutgoingResponse> {
    const close = this.count(host);
    try {
      const response = await this.http.send(host.url + call.path, this.toRequest(host, call));
      response.onClose(close);
      return response;
    } catch (error) {
      close();
      throw error;
    }
  }

  /** As `send`, with the whole answer: JSON, or a text. */
  async read(host: OllamaHost, call: OllamaCall): Promise<unknown> {
    return this.http.readBody(await this.send(host, call), call.signal, MAX_BYTES);
  }

  /** As `send`, by the least busy of these servers; one that cannot be connected to is passed over for the next. */
  async sendToAny(hosts: OllamaHost[], callOf: (host: OllamaHost) => OllamaCall): Promise<OutgoingResponse> {
    const [host, ...others] = this.leastBusyFirst(hosts);
    if (!host) throw new NotFoundError();
    try {
      return await this.send(host, callOf(host));
    } catch (error) {
      if (others.length === 0 || !isUnconnected(error)) throw error;
      return this.sendToAny(others, callOf);
    }
  }

  /** The body of an answer: JSON, or a text. */
  readBody(response: OutgoingResponse, signal?: AbortSignal): Promise<unknown> {
    return this.http.readBody(response, signal, MAX_BYTES);
  }

  private leastBusyFirst(hosts: OllamaHost[]): OllamaHost[] {
    const ranked = hosts.map((host) => ({ host, open: this.open.get(host.url) ?? 0, chance: Math.random() }));
    return ranked.sort((a, b) => a.open - b.open || a.chance - b.chance).map(({ host }) => host);
  }

  private count({ url }: OllamaHost): () => void {
    let isOpen = true;
    this.open.set(url, (this.open.get(url) ?? 0) + 1);
    return () => {
      const rest = (this.open.get(url) ?? 0) - (isOpen ? 1 : 0);
      isOpen = false;
      if (rest > 0) this.open.set(url, rest);
      else this.open.delete(url);
    };
  }

  private toRequest(host: OllamaHost, call: OllamaCall): OutgoingRequest {
    const { method, body, file, signal, timeout } = call;
    return {
      method: method ?? (body || file ? 'POST' : 'GET'),
      headers: this.headersOf(host, call),
      ...(body && { body: JSON.stringify(body) }),
      ...(file && { body: file.content }),
      signal,
      timeout,
    };
  }

  private headersOf({ key }: OllamaHost, { file, requester }: OllamaCall): Record<string, string> {
    return {
      accept: '*/*',
      'content-type': file ? 'application/octet-stream' : 'application/json',
      ...(file && { 'content-length': String(file.size) }),
      ...(requester && this.options.forwards_user_info && userHeaders(requester)),
      ...(key !== '' && { authorization: `Bearer ${key}` }),
    };
  }
}

/** True when the server cannot have seen the request. */
function isUnconnected(error: unknown): boolean {
  const cause = error instanceof ProviderUnreachableError ? error.cause : undefined;
  return cause instanceof OutgoingError && (cause.failure === 'refused' || cause.failure === 'dns');
}
