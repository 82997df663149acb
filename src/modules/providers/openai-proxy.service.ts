import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { NotFoundError, RouteNotFoundError, UnauthorizedError } from '../../common/errors/app-error';
import { RelayedAnswer } from '../../common/http/relayed-answer';
import { asString, type JsonObject } from '../../common/util/json';
import type { ProviderModel } from './chat-provider';
import { ownName } from './connection-base';
import { connectionsOf, type Connection } from './openai/connection';
import { ConnectionAuthService } from './openai/connection-auth.service';
import { anyPath } from './openai/endpoint';
import { toHeaders } from './openai/headers.mapper';
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
  ) {}

  /**
   * Any request, by the first connection: the server's answer with its status. Calls that name a model are accounted.
   * @throws RouteNotFoundError while it is switched off, NotFoundError without a connection.
   */
  async forward(caller: Principal, request: ProxyRequest, signal: AbortSignal): Promise<RelayedAnswer> {
    if (!this.options.is_openai_passed_through) throw new RouteNotFoundError();
    const [connection] = this.connections();
    if (!connection?.isEnabled) throw new NotFoundError(NOT_FOUND);
    return this.send(connection, caller, request, signal);
  }

  /**
   * A text read aloud, by OpenAI itself. `model`: the one that the body names, if a connection lists it.
   * @throws UnauthorizedError (contract) without a connection to it.
   */
  async speak(caller: Principal, body: JsonObject, signal: AbortSignal, model?: ProviderModel): Promise<RelayedAnswer> {
    const speakers = this.connections().filter(({ url, isEnabled }) => isEnabled && url === OPENAI_URL);
    const connection = model ? speakers.find(({ index }) => 'openai' in model && index === model.urlIdx) : speakers[0];
    if (!connection) throw new UnauthorizedError(NOT_FOUND);
    const name = model ? ownName(connection, model.id) : asString(body.model);
    const request = { path: '/audio/speech', body: JSON.stringify({ ...body, model: name }), model: name };
    return this.send(connection, caller, { method: 'POST', ...request }, signal);
  }

  private async send(
    connection: Connection,
    caller: Principal,
    request: ProxyRequest,
    signal: AbortSignal,
  ): Promise<RelayedAnswer> {
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
    return new RelayedAnswer(meter ? meter.raw(bytes) : bytes, response.status, response.header('content-type'));
  }

  private meterOf(user: Principal, { model: id }: ProxyRequest, { index }: Connection, signal: AbortSignal) {
    if (id === undefined) return undefined;
    return this.usage.meter({ provider: 'openai', model: { id, urlIdx: index }, purpose: 'completion', signal, user });
  }

  private connections(): Connection[] {
    return this.settings.is_enabled ? connectionsOf(this.settings) : [];
  }
}
