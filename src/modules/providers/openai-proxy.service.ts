import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { NotFoundError, RouteNotFoundError, UnauthorizedError } from '../../common/errors/app-error';
import type { FileAnswer } from '../../common/http/file-answer';
import { RelayedAnswer } from '../../common/http/relayed-answer';
import { asString, type JsonObject } from '../../common/util/json';
import type { ProviderModel } from './chat-provider';
import { ownName } from './connection-base';
import { connectionsOf, type Connection } from './openai/connection';
import { ConnectionAuthService } from './openai/connection-auth.service';
import { anyPath } from './openai/endpoint';
import { toHeaders } from './openai/headers.mapper';
import { SpeechCacheService } from './openai/speech-cache.service';
import { OpenAiSettings } from './openai.settings';
import { ProviderUnreachableError } from './provider-errors';
import { ProviderHttpService } from './provider-http.service';
import { ProvidersSettings } from './providers.settings';
import { UsageService } from './usage.service';

/** A request to be passed on. */
export interface ProxyRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the connection's URL, encoded as it came, with its query. */
  path: string;
  body?: string | Readable;
  /** Of the body, when it is no JSON. */
  contentType?: string;
  contentLength?: string;
  /** The model that the body names. */
  model?: string;
}

/** What a server answers, while it comes. */
interface ServerAnswer {
  bytes: AsyncIterable<Uint8Array>;
  status: number;
  type: string | undefined;
}

/** A sound as it was kept, or what a server says as it comes. */
export type SpeechAnswer = FileAnswer | RelayedAnswer;

const NOT_FOUND = 'OpenAI API was not found';
/** The only server that speaks. */
const OPENAI_URL = 'https://api.openai.com/v1';

/** OpenAI's interface passed on as it is, by a connection and its key. */
@Injectable()
export class OpenAiProxyService {
  constructor(
    private readonly settings: OpenAiSettings,
    private readonly options: ProvidersSettings,
    private readonly http: ProviderHttpService,
    private readonly auth: ConnectionAuthService,
    private readonly usage: UsageService,
    private readonly speech: SpeechCacheService,
  ) {}

  /**
   * Any request, by the first connection: the server's answer with its status. Calls that name a model are accounted.
   * @throws RouteNotFoundError while it is switched off, NotFoundError without a connection.
   */
  async forward(caller: Principal, request: ProxyRequest, signal: AbortSignal): Promise<RelayedAnswer> {
    if (!this.options.is_openai_passed_through) throw new RouteNotFoundError();
    const [connection] = this.connections();
    if (!connection?.isEnabled) throw new NotFoundError(NOT_FOUND);
    return relayed(await this.send(connection, caller, request, signal));
  }

  /**
   * A text read aloud, by OpenAI itself; what was read before is not read again. `model`: the one that the body names, if a
   * connection lists it.
   * @throws UnauthorizedError (contract) without a connection to it.
   */
  async speak(caller: Principal, body: JsonObject, signal: AbortSignal, model?: ProviderModel): Promise<SpeechAnswer> {
    const speakers = this.connections().filter(({ url, isEnabled }) => isEnabled && url === OPENAI_URL);
    const connection = model ? speakers.find(({ index }) => 'openai' in model && index === model.urlIdx) : speakers[0];
    if (!connection) throw new UnauthorizedError(NOT_FOUND);
    const name = model ? ownName(connection, model.id) : asString(body.model);
    const sent = { ...body, model: name };
    const place = this.speech.pathOf(connection, sent);
    const known = place === undefined ? null : await this.speech.find(place);
    if (known) return known;
    const request = { method: 'POST', path: '/audio/speech', body: JSON.stringify(sent), model: name } as const;
    const answer = await this.send(connection, caller, request, signal);
    const isSound = /^audio\//.test(answer.type ?? '');
    return place !== undefined && isSound ? this.speech.keep(place, answer.bytes) : relayed(answer);
  }

  private async send(
    connection: Connection,
    caller: Principal,
    request: ProxyRequest,
    signal: AbortSignal,
  ): Promise<ServerAnswer> {
    const url = connection.url + anyPath(connection, request.path, request.model);
    const { method, body, contentType, contentLength } = request;
    const headers = {
      ...toHeaders(connection, await this.auth.tokenFor(connection, caller)),
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(contentLength !== undefined && { 'content-length': contentLength }),
    };
    const meter = this.meterOf(caller, request, connection, signal);
    const send = () => this.http.send(url, { method, headers, body, signal });
    const response = await (meter ? meter.watch(send) : send());
    const bytes = response.stream((failure) => new ProviderUnreachableError(failure));
    const { status } = response;
    return { bytes: meter ? meter.raw(bytes) : bytes, status, type: response.header('content-type') };
  }

  private meterOf(user: Principal, { model: id }: ProxyRequest, { index }: Connection, signal: AbortSignal) {
    if (id === undefined) return undefined;
    return this.usage.meter({ provider: 'openai', model: { id, urlIdx: index }, purpose: 'completion', signal, user });
  }

  private connections(): Connection[] {
    return this.settings.is_enabled ? connectionsOf(this.settings) : [];
  }
}

const relayed = ({ bytes, status, type }: ServerAnswer): RelayedAnswer => new RelayedAnswer(bytes, status, type);
