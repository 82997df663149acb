import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { basename, dirname } from 'node:path';
import type { Request, RequestHandler, Response } from 'express';
import type { RotatingFileStream } from 'rotating-file-stream';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import type { AuditEnv } from '../env/audit-env';
import { actorReader, type RequestActor } from '../observability/request-id';
import { auditedOptionsOf } from './audited.decorator';
import { masked, maskText } from './masking';

/**
 * Writes one JSON line for each change and sign-in to a file that is rotated by size. Null for the level `none`. The
 * file is opened with the first line.
 */
export function requestAudit(env: AuditEnv, onError: (error: Error) => void): RequestHandler | null {
  if (env.level === 'none') return null;
  let file: Promise<RotatingFileStream> | undefined;
  const open = async () => {
    const { createStream } = await import('rotating-file-stream');
    const stream = createStream(basename(env.file), {
      path: dirname(env.file),
      size: `${env.rotationBytes}B`,
      compress: 'gzip',
    });
    return stream.on('error', onError).on('warning', onError);
  };
  return (request, response, next) => {
    const isChange = isAuditedChange(request, env.excluded);
    const readBody = env.level === 'request_response' ? capturedBody(response, env.maxBody) : () => '';
    const readActor = actorReader();
    // Read now: a closed connection has neither.
    const { ip: address, protocol } = request;
    response.once('close', () => {
      if (!isChange && !auditedOptionsOf(request).isSession) return;
      const actor = (request as AuthenticatedRequest).user ?? readActor();
      const line = JSON.stringify(lineOf(request, response, { env, actor, address, protocol, answer: readBody() }));
      file ??= open();
      file.then((stream) => stream.write(`${line}\n`)).catch(onError);
    });
    next();
  };
}

interface AuditedRequest {
  env: AuditEnv;
  actor: RequestActor | undefined;
  address: string | undefined;
  protocol: string;
  answer: string;
}

function lineOf(request: Request, response: Response, { env, actor, address, protocol, answer }: AuditedRequest) {
  const { id, name, email, role } = actor ?? {};
  const { secrets = [], hidesBody = false } = auditedOptionsOf(request);
  const hasBody = env.level !== 'metadata' && !hidesBody;
  return {
    id: randomUUID(),
    timestamp: Math.floor(Date.now() / 1000),
    user: id === undefined ? {} : { id, name, email, role },
    audit_level: env.level.toUpperCase(),
    verb: request.method,
    request_uri: maskText(`${protocol}://${request.get('host') ?? ''}${request.originalUrl}`),
    response_status_code: response.statusCode,
    source_ip: address,
    user_agent: request.get('user-agent') ?? null,
    request_object: hasBody ? maskedBody(request.body, env.maxBody, secrets) : '',
    response_object: hidesBody ? '' : maskText(answer),
    extra: {},
  };
}

/** Truncated to the configured number of characters. */
function maskedBody(body: unknown, maxBody: number, secrets: readonly string[]): string {
  if (body === undefined) return '';
  if (typeof body === 'string') return maskText(body.slice(0, maxBody));
  const limits = { text: maxBody, items: maxBody, total: maxBody };
  return JSON.stringify(masked(body, secrets, limits)).slice(0, maxBody);
}

const CHANGING_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** True for changes with credentials. `excluded`: first segments of paths, as whole words. */
export function isAuditedChange(
  { method, path, headers }: { method: string; path: string; headers: IncomingHttpHeaders },
  excluded: readonly string[],
): boolean {
  if (!CHANGING_METHODS.has(method) || !hasCredentials(headers)) return false;
  const rest = /^\/api\/(?:v1\/)?(.*)$/.exec(path)?.[1];
  return rest === undefined || !excluded.some((part) => rest.startsWith(part) && !/^\w/.test(rest.slice(part.length)));
}

const hasCredentials = ({ authorization, cookie, 'x-api-key': key }: IncomingHttpHeaders): boolean =>
  authorization !== undefined || key !== undefined || /(^|;\s*)token=/.test(cookie ?? '');

type Write = (chunk: unknown, ...others: unknown[]) => boolean;

/** Captures the first bytes of the response; call the result when it is complete. */
export function capturedBody(response: Response, maxBytes: number): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  const keep = (chunk: unknown): void => {
    if (size >= maxBytes || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
    const part = Buffer.from(chunk as string).subarray(0, maxBytes - size);
    parts.push(part);
    size += part.length;
  };
  for (const name of ['write', 'end'] as const) {
    const original = response[name].bind(response) as Write;
    response[name] = ((chunk: unknown, ...others: unknown[]) => {
      keep(chunk);
      return original(chunk, ...others);
    }) as never;
  }
  return () => Buffer.concat(parts).toString('utf8');
}
