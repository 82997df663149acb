import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import { toExactJson } from '../../../common/json/exact-integers';
import type { JsonObject } from '../../../common/util/json';
import type { OutgoingRequest } from '../../../platform/http-client/http-client';
import { OutgoingError } from '../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';
import { userHeaders } from '../../../platform/http-client/user-headers';
import type { Requester } from '../chat-provider';
import { isServerAssumed, OllamaSettings } from './ollama.settings';
import { ProviderUnreachableError } from '../provider.errors';
import { ProviderHttpService, type ProviderCall } from '../provider-http.service';
import { ProvidersSettings } from '../providers.settings';
import { hostsOf, type OllamaHost } from './ollama-host';

/** Largest response that is not a stream: embeddings of thousands of inputs. */
const MAX_BYTES = 128 * 1024 * 1024;

/** One call to a path of a server; a body makes it a POST. */
export interface OllamaCall {
  path: string;
  method?: OutgoingRequest['method'];
  body?: JsonObject;
  /** The object that `body` was made from, if it differs: its integers are sent without rounding. */
  source?: JsonObject;
  /** Sent in place of a body. */
  file?: { content: Readable; size: number };
  signal?: AbortSignal;
  /** Milliseconds; 0 or undefined: no limit. */
  timeout?: number;
  requester?: Requester;
}

/** Calls Ollama servers. Calls that several servers can handle go to the one with the fewest open requests. */
@Injectable()
export class OllamaHostsService {
  /** Open requests by URL. */
  private readonly open = new Map<string, number>();

  constructor(
    private readonly http: ProviderHttpService,
    private readonly settings: OllamaSettings,
    private readonly options: ProvidersSettings,
  ) {}

  /** All servers, including disabled ones. */
  all(): OllamaHost[] {
    return hostsOf(this.settings);
  }

  /** The servers whose models are listed. */
  enabled(): OllamaHost[] {
    return this.settings.is_enabled ? this.all().filter(({ isEnabled, url }) => isEnabled && url !== '') : [];
  }

  /** @throws NotFoundError for an index without a server. */
  get(index: number): OllamaHost {
    const host = this.all()[index];
    if (!host) throw new NotFoundError();
    return host;
  }

  /** Timeout in milliseconds for metadata of a server and its models. */
  get shortTimeout(): number {
    return this.options.model_list_timeout * 1000;
  }

  /** Timeout in milliseconds for replies of a model. */
  get longTimeout(): number {
    return this.options.timeout * 1000;
  }

  /**
   * Resolves on the headers of a successful response. @throws ProviderError, ProviderUnreachableError, or the signal's
   * reason.
   */
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

  /** As `send`, with the whole body: JSON, or a string. */
  async read(host: OllamaHost, call: OllamaCall): Promise<unknown> {
    return this.http.readBody(await this.send(host, call), call.signal, MAX_BYTES);
  }

  /** As `send`, to the least busy of these servers; unreachable ones are skipped. */
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

  /** The body of a response: JSON, or a string. */
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

  private toRequest(host: OllamaHost, call: OllamaCall): ProviderCall {
    const { method, body, source = body, file, signal, timeout } = call;
    return {
      method: method ?? (body || file ? 'POST' : 'GET'),
      headers: this.headersOf(host, call),
      ...(body && { body: toExactJson(body, source) }),
      ...(file && { body: file.content }),
      signal,
      timeout,
      isQuiet: isServerAssumed(this.settings),
    };
  }

  private headersOf({ key }: OllamaHost, { file, requester }: OllamaCall): Record<string, string> {
    return {
      accept: '*/*',
      'content-type': file ? 'application/octet-stream' : 'application/json',
      ...(file && { 'content-length': String(file.size) }),
      ...(requester && this.options.forwards_user_info && userHeaders(requester.user, requester.chatId)),
      ...(key !== '' && { authorization: `Bearer ${key}` }),
    };
  }
}

/** True when the request cannot have reached the server. */
function isUnconnected(error: unknown): boolean {
  const cause = error instanceof ProviderUnreachableError ? error.cause : undefined;
  return cause instanceof OutgoingError && (cause.failure === 'refused' || cause.failure === 'dns');
}
