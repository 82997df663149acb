import { STATUS_CODES } from 'node:http';
import { Injectable } from '@nestjs/common';
import { parseLargeJson } from '../../../common/json/parse-json';
import { HttpClient } from '../../../platform/http-client/http-client';
import { OutgoingError } from '../../../platform/http-client/outgoing-error';
import type { OutgoingResponse } from '../../../platform/http-client/outgoing-response';

const MAX_BYTES = 10_000_000;
/** Milliseconds; some engines run a model. */
const TIMEOUT = 60_000;
/** Characters of a failure that are shown. */
const MAX_MESSAGE = 200;

export interface JsonRequest {
  url: string;
  /** Added to those that the URL has. */
  query?: Readonly<Record<string, string | number>>;
  /** As `query`, but never shown. */
  secretQuery?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  bearer?: string;
  /** Makes it a POST. */
  json?: unknown;
  /** A POST without a body. */
  isPost?: boolean;
}

/** Error status, or a response that is not JSON. The message is for users and holds no secret. */
export class JsonRequestError extends Error {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message.slice(0, MAX_MESSAGE));
  }
}

/** Requests to the search engines and services that administrators chose. */
@Injectable()
export class JsonRequestsService {
  constructor(private readonly http: HttpClient) {}

  /** The parsed response. @throws JsonRequestError, and the reason of the signal. */
  async send(request: JsonRequest, signal: AbortSignal): Promise<unknown> {
    const text = await this.text(request, signal);
    try {
      return await parseLargeJson(text);
    } catch {
      throw new JsonRequestError('The response of the server is not JSON');
    }
  }

  /** As `send`, unparsed. */
  async text(request: JsonRequest, signal: AbortSignal): Promise<string> {
    try {
      const response = await this.open(request, signal);
      if (response.isSuccess) return await response.text(MAX_BYTES);
      response.discard();
      throw new JsonRequestError(failureText(response.status, urlOf({ ...request, secretQuery: {} })), response.status);
    } catch (error) {
      if (error instanceof OutgoingError) throw new JsonRequestError(error.message);
      throw error;
    }
  }

  /** The response with any status. */
  open(request: JsonRequest, signal: AbortSignal): Promise<OutgoingResponse> {
    const { headers, bearer, json, isPost = json !== undefined } = request;
    return this.http.send(urlOf(request), {
      method: isPost ? 'POST' : 'GET',
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip, br',
        ...(isPost && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      signal,
      timeout: TIMEOUT,
    });
  }
}

/** The URL of a request as it is sent. */
export function urlOf({ url, query = {}, secretQuery = {} }: JsonRequest): string {
  if (!URL.canParse(url)) throw new JsonRequestError('The URL of the server is not valid');
  const target = new URL(url);
  target.username = target.password = '';
  for (const [name, value] of Object.entries({ ...query, ...secretQuery }))
    target.searchParams.append(name, String(value));
  return target.href;
}

/** As clients know it. */
function failureText(status: number, url: string): string {
  const kind = status >= 500 ? 'Server' : 'Client';
  return `${status} ${kind} Error: ${STATUS_CODES[status] ?? 'Unknown'} for url: ${url}`;
}
