/** The server cannot listen; the message names the responsible variable. */
export class ListenError extends Error {
  constructor({ host, port }: { host: string; port: number }, options: ErrorOptions) {
    super(listenProblem(host, port, options.cause), options);
    this.name = 'ListenError';
  }
}

function listenProblem(host: string, port: number, cause: unknown): string {
  const { code, message = String(cause) } = cause as Partial<NodeJS.ErrnoException>;
  if (code === 'EADDRINUSE') return `port ${port} is in use by another program. Stop that one, or set PORT.`;
  if (code === 'EACCES') return `this user may not listen on port ${port}. Set PORT to 1024 or more.`;
  return `this machine does not have the address in HOST=${JSON.stringify(host)} (${message}).`;
}

/** A message for the operator: the problem and, if known, the remedy. */
export function describeStartError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (path !== undefined && syscall !== undefined)
    return `this user cannot ${syscall} "${path}" (${code}). Give it to this user, or set DATA_DIR to another directory.`;
  return error.message || error.name;
}
