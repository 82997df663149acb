interface Details {
  code: string;
  message: string;
  /** Of the address that could not be listened on. */
  port: string;
}

const UNREACHABLE = ({ message }: Details) => `the database of DATABASE_URL cannot be reached (${message}).`;
const REFUSED = ({ message }: Details) => `the database refuses the user or password in DATABASE_URL (${message}).`;

/** By what was tried and its error code, or by PostgreSQL's error code alone. */
const ADVICE: Partial<Record<string, (details: Details) => string>> = {
  'listen EADDRINUSE': ({ port }) => `port ${port} is in use by another program. Stop that one, or set PORT.`,
  'listen EACCES': ({ port }) => `this user may not listen on port ${port}. Set PORT to 1024 or more.`,
  'listen EADDRNOTAVAIL': ({ message }) => `this machine does not have the address in HOST (${message}).`,
  'connect ECONNREFUSED': UNREACHABLE,
  'connect ETIMEDOUT': UNREACHABLE,
  'getaddrinfo ENOTFOUND': UNREACHABLE,
  'getaddrinfo EAI_AGAIN': UNREACHABLE,
  '28P01': REFUSED,
  '28000': REFUSED,
  '3D000': ({ message }) => `the database in DATABASE_URL does not exist (${message}). Create it first.`,
};

/** One line for the person who starts the server: what is wrong, and what to do about it where that is known. */
export function describeStartError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses comes as a collection without a text of its own.
  const cause: Error = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const { code = '', syscall, port } = cause as NodeJS.ErrnoException & { port?: number };
  const advice = ADVICE[syscall ? `${syscall} ${code}` : code];
  return advice?.({ code, message: cause.message, port: String(port) }) ?? (cause.message || cause.name);
}
