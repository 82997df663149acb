/** Another running process owns the data directory. */
export class DataDirectoryLockedError extends Error {
  constructor(
    readonly dataDir: string,
    readonly pid: number,
    detail = pid === process.pid ? 'this process has already opened it' : `process ${pid} has opened it`,
  ) {
    super(
      `The data directory "${dataDir}" is in use: ${detail}. ` +
        'Stop that process first, or give this one a directory of its own with DATA_DIR.',
    );
    this.name = 'DataDirectoryLockedError';
  }
}

/** The embedded server cannot be prepared or started; the message includes the remedy. */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}

/** The `code` of a system or database error. Not by `instanceof`, which fails for errors of another realm (jest). */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
