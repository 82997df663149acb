import { asString } from '../../common/util/json';

/** Why there is no complete answer. `protocol`: it is no HTTP; `request`: URL or headers cannot be sent. */
export type OutgoingFailure =
  | 'refused'
  | 'dns'
  | 'timeout'
  | 'reset'
  | 'tls'
  | 'protocol'
  | 'request'
  | 'too-large'
  | 'private'
  | 'redirects'
  | 'unknown';

const WORDS: Record<OutgoingFailure, string> = {
  refused: 'does not accept connections',
  dns: 'is not known to the name service',
  timeout: 'did not answer in time',
  reset: 'closed the connection',
  tls: 'has no valid certificate',
  protocol: 'does not speak HTTP',
  request: 'cannot be called: the URL or a header is not valid',
  'too-large': 'answered more than is taken',
  private: 'is not on the public internet',
  redirects: 'redirects without end, or to no web address',
  unknown: 'could not be reached',
};

/** An outgoing request failed without a complete answer. The message names the origin alone; `cause` is for logs. */
export class OutgoingError extends Error {
  constructor(
    readonly failure: OutgoingFailure,
    /** Scheme, host and port; never a path, a query or credentials. */
    readonly origin: string,
    options?: { cause: unknown },
  ) {
    super(`${origin} ${WORDS[failure]}`, options);
    this.name = 'OutgoingError';
  }
}

const CODES: Record<string, OutgoingFailure> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_CLOSED: 'reset',
  UND_ERR_DESTROYED: 'reset',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  UND_ERR_INVALID_ARG: 'request',
  ERR_INVALID_URL: 'request',
  EPROTO: 'tls',
  EPRIVATE: 'private',
};

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|UND_ERR_PRX_TLS)/;

/** What an error of undici, a socket or TLS means. */
export function toOutgoingError(error: unknown, origin: string): OutgoingError {
  return error instanceof OutgoingError ? error : new OutgoingError(failureOf(error), origin, { cause: error });
}

function failureOf(error: unknown): OutgoingFailure {
  // By name: undici is loaded with the first request.
  if ((error as { name?: unknown } | null | undefined)?.name === 'HTTPParserError') return 'protocol';
  const code = asString((error as { code?: unknown } | null | undefined)?.code) ?? '';
  return CODES[code] ?? (TLS_CODE.test(code) ? 'tls' : 'unknown');
}
