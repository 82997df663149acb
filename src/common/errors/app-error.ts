import { Detail } from './details';

/** The value of `detail` in an error body: a string, or an object from a provider. */
export type ErrorDetail = string | Record<string, unknown> | readonly unknown[];

/**
 * An expected failure with the status and `detail` for the client. Services throw subclasses, which define the status;
 * controllers never catch them.
 */
export class AppError extends Error {
  constructor(
    readonly status: number,
    readonly detail: ErrorDetail,
    /** Additional response headers, such as `Retry-After`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof detail === 'string' ? detail : JSON.stringify(detail));
    this.name = new.target.name;
  }
}

/** 400: the request is valid but refused. */
export class BadRequestError extends AppError {
  constructor(detail: ErrorDetail = Detail.generic) {
    super(400, detail);
  }
}

/** 401: no valid credentials, or (contract) a role or row that the principal may not use. */
export class UnauthorizedError extends AppError {
  constructor(detail: string = Detail.unauthorized) {
    super(401, detail);
  }
}

/** 401 with the contract's text for a missing role, permission or row grant. */
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

/** 404. Many routes of the contract use 401 instead: `RowNotFoundError`. */
export class NotFoundError extends AppError {
  constructor(detail: string = Detail.notFound) {
    super(404, detail);
  }
}

/** The contract's error for a row that is missing or not accessible to the principal: 401 with the not-found text. */
export class RowNotFoundError extends UnauthorizedError {
  constructor() {
    super(Detail.notFound);
  }
}

/** 404 for a path without a route: the web framework's text, not the contract's one for missing rows. */
export class RouteNotFoundError extends AppError {
  constructor() {
    super(404, 'Not Found');
  }
}

/** 405; `Allow` lists the methods of a known path. */
export class MethodNotAllowedError extends AppError {
  constructor(allowed: readonly string[] = []) {
    super(405, 'Method Not Allowed', allowed.length > 0 ? { Allow: allowed.join(', ') } : {});
  }
}

/** 409: the operation is already running, or the row was changed concurrently. */
export class ConflictError extends AppError {
  constructor(detail: string) {
    super(409, detail);
  }
}

/** 412: the row does not have the version that the request names. */
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
  constructor(retryAfterSeconds: number, headers: Readonly<Record<string, string>> = {}) {
    const retryAfter = String(Math.max(1, Math.ceil(retryAfterSeconds)));
    super(429, Detail.rateLimited, { ...headers, 'Retry-After': retryAfter });
  }
}

/** 499: the client closed the connection before the request or the response was complete. */
export class ClientGoneError extends AppError {
  constructor() {
    super(499, 'Client closed the connection');
  }
}

/** 500: an unexpected failure that has already been logged. */
export class InternalError extends AppError {
  constructor() {
    super(500, Detail.internal);
  }
}

/** 503: a required part (database, provider) is not responding. */
export class UnavailableError extends AppError {
  constructor(detail: string) {
    super(503, detail);
  }
}

/**
 * The error response of another server, passed on unchanged: its status and body, which is not wrapped in `{detail}`.
 */
export class RelayedError extends AppError {
  constructor(
    status: number,
    /** Parsed JSON, or a string. */
    readonly body: unknown,
    /** The message on one line, for logs and string fields. */
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(status, message, headers);
  }
}
