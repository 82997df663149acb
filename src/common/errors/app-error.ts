import { Detail } from './details';

/** The value of `detail` in an error body: a text, or an object a provider sent. */
export type ErrorDetail = string | Record<string, unknown> | readonly unknown[];

/**
 * An expected failure with the status and `detail` that the client gets. Categories carry the status; services throw
 * them, controllers never catch them.
 */
export class AppError extends Error {
  constructor(
    readonly status: number,
    readonly detail: ErrorDetail,
    /** Extra response headers, for example `Retry-After`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof detail === 'string' ? detail : JSON.stringify(detail));
    this.name = new.target.name;
  }
}

/** 400: the request is understood and refused. */
export class BadRequestError extends AppError {
  constructor(detail: ErrorDetail = Detail.generic) {
    super(400, detail);
  }
}

/** 401: no valid credentials, or (contract) a role or row that the caller may not use. */
export class UnauthorizedError extends AppError {
  constructor(detail: string = Detail.unauthorized) {
    super(401, detail);
  }
}

/** 401 with the text that clients know for a missing role, permission or row grant. */
export class AccessProhibitedError extends UnauthorizedError {
  constructor() {
    super(Detail.accessProhibited);
  }
}

/** 403: valid credentials, refused by policy. */
export class ForbiddenError extends AppError {
  constructor(detail: string = Detail.actionProhibited) {
    super(403, detail);
  }
}

/** 404. Many routes of the contract answer 401 instead: `RowNotFoundError`. */
export class NotFoundError extends AppError {
  constructor(detail: string = Detail.notFound) {
    super(404, detail);
  }
}

/** The contract's answer for a row that does not exist or is not the caller's: 401 with the not-found text. */
export class RowNotFoundError extends UnauthorizedError {
  constructor() {
    super(Detail.notFound);
  }
}

/** 404 for a path that nobody serves: the web framework's text, not the contract's one for missing rows. */
export class RouteNotFoundError extends AppError {
  constructor() {
    super(404, 'Not Found');
  }
}

/** 405; `Allow` names the methods of the path, if it is a known one. */
export class MethodNotAllowedError extends AppError {
  constructor(allowed: readonly string[] = []) {
    super(405, 'Method Not Allowed', allowed.length > 0 ? { Allow: allowed.join(', ') } : {});
  }
}

/** 409: what is asked for is being done already, or was changed by somebody else in the meantime. */
export class ConflictError extends AppError {
  constructor(detail: string) {
    super(409, detail);
  }
}

/** 412: the row is not the version that the request is about. */
export class PreconditionFailedError extends AppError {
  constructor(detail: string) {
    super(412, detail);
  }
}

/** 413: the body is larger than the limit of its route. */
export class PayloadTooLargeError extends AppError {
  constructor(detail = 'Request body too large') {
    super(413, detail);
  }
}

/** 429 with `Retry-After` in whole seconds. */
export class TooManyRequestsError extends AppError {
  constructor(retryAfterSeconds: number) {
    super(429, Detail.rateLimited, { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) });
  }
}

/** 503: a needed part (database, provider) does not answer now. */
export class UnavailableError extends AppError {
  constructor(detail: string) {
    super(503, detail);
  }
}

/** The error answer of another server, passed on as it is: its status and body, which is not wrapped in `{detail}`. */
export class RelayedError extends AppError {
  constructor(
    status: number,
    /** Parsed JSON, or a text. */
    readonly body: unknown,
    /** Its message in one line, for logs and for places that hold one text. */
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(status, message, headers);
  }
}
