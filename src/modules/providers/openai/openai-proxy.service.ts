import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { NotFoundError, RouteNotFoundError, UnauthorizedError } from '../../../common/errors/app-error';
import type { FileResponse } from '../../../common/http/answers/file-response';
import { relayedAnswer, type StreamAnswer } from '../../../common/http/answers/stream-answer';
import { toExactJson } from '../../../common/json/exact-integers';
import { asString, type JsonObject } from '../../../common/util/json';
import type { ProviderModel } from '../chat-provider';
import { ownName } from '../connection-base';
import { connectionsOf, type Connection } from './connection';
import { ConnectionAuthService } from './auth/connection-auth.service';
import { anyPath } from './endpoint';
import { toHeaders } from './mapping/headers.mapper';
import { SpeechCacheService } from './speech/speech-cache.service';
import { OpenAiSettings } from './openai.settings';
import { ProviderUnreachableError } from '../provider.errors';
import { ProviderHttpService } from '../provider-http.service';
import { ProvidersSettings } from '../providers.settings';
import { UsageService } from '../usage/usage.service';

/** A request to forward. */
export interface ProxyRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the connection's URL, in its original encoding, with its query. */
  path: string;
  body?: string | Readable;
  /** Media type of a body that is not JSON. */
  contentType?: string;
  contentLength?: string;
  /** The `model` of the body. */
  model?: string;
}

/** A response that is still being received. */
interface ServerAnswer {
  bytes: AsyncIterable<Uint8Array>;
  status: number;
  type: string | undefined;
}

/** Cached speech, or the streamed response of a server. */
export type SpeechAnswer = FileResponse | StreamAnswer;

const NOT_FOUND = 'OpenAI API was not found';
/** The only server with speech. */
const OPENAI_URL = 'https://api.openai.com/v1';

/** Forwards requests to OpenAI's interface, with the key of a connection. */
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
   * Forwards any request to the first connection; the response has the server's status. Calls that name a model are
   * accounted.
   * @throws RouteNotFoundError while it is disabled, NotFoundError without a connection.
   */
  async forward(principal: Principal, request: ProxyRequest, signal: AbortSignal): Promise<StreamAnswer> {
    if (!this.options.is_openai_passed_through) throw new RouteNotFoundError();
    const [connection] = this.connections();
    if (!connection?.isEnabled) throw new NotFoundError(NOT_FOUND);
    return relayed(await this.send(connection, principal, request, signal));
  }

  /**
   * Speech of OpenAI itself, cached by request. `model`: the model that the body names, if a connection lists it.
   * @throws UnauthorizedError (contract) without a connection to OpenAI.
   */
  async speak(
    principal: Principal,
    body: JsonObject,
    signal: AbortSignal,
    model?: ProviderModel,
  ): Promise<SpeechAnswer> {
    const speakers = this.connections().filter(({ url, isEnabled }) => isEnabled && url === OPENAI_URL);
    const connection = model ? speakers.find(({ index }) => 'openai' in model && index === model.urlIdx) : speakers[0];
    if (!connection) throw new UnauthorizedError(NOT_FOUND);
    const name = model ? ownName(connection, model.id) : asString(body.model);
    const sent = { ...body, model: name };
    const cacheKey = this.speech.keyOf(connection, sent);
    const known = cacheKey === undefined ? null : await this.speech.find(cacheKey);
    if (known) return known;
    const request = { method: 'POST', path: '/audio/speech', body: toExactJson(sent), model: name } as const;
    const answer = await this.send(connection, principal, request, signal);
    const isSound = /^audio\//.test(answer.type ?? '');
    return cacheKey !== undefined && isSound ? this.speech.store(cacheKey, answer.bytes) : relayed(answer);
  }

  private async send(
    connection: Connection,
    principal: Principal,
    request: ProxyRequest,
    signal: AbortSignal,
  ): Promise<ServerAnswer> {
    const url = connection.url + anyPath(connection, request.path, request.model);
    const { method, body, contentType, contentLength } = request;
    const headers = {
      ...toHeaders(connection, await this.auth.tokenFor(connection, principal)),
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(contentLength !== undefined && { 'content-length': contentLength }),
    };
    const meter = this.meterOf(principal, request, connection, signal);
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

const relayed = ({ bytes, status, type }: ServerAnswer): StreamAnswer => relayedAnswer(bytes, status, type);
