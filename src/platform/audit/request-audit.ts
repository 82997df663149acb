import { randomUUID } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Request, RequestHandler, Response } from 'express';
import type { RotatingFileStream } from 'rotating-file-stream';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import type { AuditEnv } from '../env/audit-env';
import { actorReader, type RequestActor } from '../observability/request-id';
import { capturedBody } from './captured-body';
import { isRequestAudited } from './audited-requests';
import { maskText } from './masking';

/**
 * One JSON line for each request that changes something, in a file that is rotated by size (contract: spec 13 §8).
 * Null for the level `none`. The file is opened with the first line.
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
    if (!isRequestAudited(request, env.excluded)) return next();
    const readBody = env.level === 'request_response' ? capturedBody(response, env.maxBody) : () => '';
    const readActor = actorReader();
    // Now: a connection that is closed knows neither.
    const { ip: address, protocol } = request;
    response.once('close', () => {
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
  const hasBody = env.level !== 'metadata';
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
    request_object: hasBody ? maskedBody(request.body, env.maxBody) : '',
    response_object: maskText(answer),
    extra: {},
  };
}

/** Masked before it is cut: what is left of a cut secret would still be a part of it. */
function maskedBody(body: unknown, maxBody: number): string {
  if (body === undefined) return '';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return maskText(text.slice(0, maxBody * 2)).slice(0, maxBody);
}
