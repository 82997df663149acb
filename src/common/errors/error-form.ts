import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { RequestHandler, Response } from 'express';
import { asString, isJsonObject, type JsonObject } from '../util/json';

/** API whose clients a route serves: their libraries read `error` and ignore `detail`. */
export type ErrorForm = 'openai' | 'ollama';

/** Metadata key of the form that routes declare; also the key in `response.locals`. */
export const ERROR_FORM = 'errorForm';

/** Errors of the route, or of all routes of a controller, also contain `error` in this form. */
export const UseErrorForm = (form: ErrorForm) => SetMetadata(ERROR_FORM, form);

/**
 * The form of errors before a route is resolved, such as malformed or too large bodies. `formOf` returns the form of a
 * path.
 */
export const errorForms =
  (formOf: (path: string) => ErrorForm | undefined): RequestHandler =>
  ({ path }, response, next) => {
    response.locals[ERROR_FORM] = formOf(path);
    next();
  };

/** Admits all requests. Runs first, so that errors of later guards have the form of the route too. */
@Injectable()
export class ErrorFormGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const form = this.reflector.getAllAndOverride<ErrorForm | undefined>(ERROR_FORM, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (context.getType() === 'http') context.switchToHttp().getResponse<Response>().locals[ERROR_FORM] = form;
    return true;
  }
}

/** The body of an error in the form of its route. A provider's body that already has an `error` is not changed. */
export function inFormOf(response: Response, status: number, body: unknown): unknown {
  const form = (response.locals as Record<string, unknown>)[ERROR_FORM];
  if (form === undefined || !isJsonObject(body) || body.error) return body;
  const message = messageOf(body.detail ?? body.message) || `HTTP Error: ${status}`;
  return { ...body, error: form === 'ollama' ? message : openAiError(status, message) };
}

const openAiError = (status: number, message: string): JsonObject => ({
  message,
  type: status < 500 ? 'invalid_request_error' : 'server_error',
  code: null,
  ...KINDS[status],
});

const KINDS: Record<number, JsonObject> = {
  401: { type: 'authentication_error', code: 'invalid_api_key' },
  403: { type: 'permission_error' },
  404: { type: 'not_found_error' },
  429: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
};

/** A detail on one line: for a validation error each issue with its location. */
function messageOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (detail === undefined || detail === null) return '';
  if (!Array.isArray(detail)) return JSON.stringify(detail);
  return detail.map((issue: unknown) => (isJsonObject(issue) ? faultOf(issue) : String(issue))).join('; ');
}

const faultOf = ({ loc, msg }: JsonObject): string =>
  [Array.isArray(loc) ? loc.join('.') : '', asString(msg)].filter(Boolean).join(': ');
