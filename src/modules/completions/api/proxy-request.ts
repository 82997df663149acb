import type { Request } from 'express';
import { toExactJson } from '../../../common/json/exact-integers';
import { asString, isJsonObject } from '../../../common/util/json';
import type { ProxyRequest } from '../../providers/openai/openai-proxy.service';

/** The forwarded parts of a request to `/openai/…`: method, path, query, body and media type; no other headers. */
export function toProxyRequest(request: Request): ProxyRequest {
  const query = request.originalUrl.split('?', 2)[1];
  const path = request.path.replace(/^\/openai/i, '') + (query ? `?${query}` : '');
  const method = request.method === 'HEAD' ? 'GET' : (request.method as ProxyRequest['method']);
  const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
  const body: unknown = request.body;
  if (method === 'GET') return { method, path };
  if (isMultipart(contentType)) return { method, path, body: request, contentType, contentLength };
  if (typeof body === 'string') return { method, path, body, contentType };
  const model = isJsonObject(body) ? asString(body.model) : undefined;
  return { method, path, model, body: body === undefined ? undefined : toExactJson(body) };
}

/** Multipart bodies have not been read by the body parser. */
const isMultipart = (type: string | undefined): boolean => /^multipart\//i.test(type ?? '');
