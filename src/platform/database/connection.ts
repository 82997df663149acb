import { Injectable, Logger } from '@nestjs/common';
import { Env } from '../env/env';
import { startEmbeddedPostgres, type EmbeddedPostgresHandle } from './embedded/embedded-postgres';

/** Connection parameters of a PostgreSQL client: a URL, or the socket of the embedded server. */
export type ConnectionOptions =
  | { url: string }
  | {
      host: string;
      port: number;
      user: string;
      database: string;
      password?: string;
      /** Sockets need no TLS. */ ssl: false;
    };

/** Connection parameters of this process's database; owns the embedded server when `DATABASE_URL` is not set. */
@Injectable()
export class DatabaseConnection {
  private readonly logger = new Logger('Database');
  private embedded: EmbeddedPostgresHandle | undefined;
  private isStopping = false;
  private starting: Promise<ConnectionOptions> | undefined;

  /**
   * Stops the server also when start-up fails later or shutdown is interrupted. SIGINT is PostgreSQL's fast shutdown.
   */
  private readonly onProcessExit = (): void => {
    if (this.embedded) process.kill(this.embedded.pid, 'SIGINT');
  };

  constructor(private readonly env: Env) {}

  /** Starts the embedded server on the first call. */
  options(): Promise<ConnectionOptions> {
    this.starting ??= this.env.databaseUrl ? Promise.resolve({ url: this.env.databaseUrl }) : this.startEmbedded();
    return this.starting;
  }

  /** Stops the embedded server; a no-op for an external one. */
  async stop(): Promise<void> {
    this.isStopping = true;
    process.off('exit', this.onProcessExit);
    await this.embedded?.stop();
  }

  private async startEmbedded(): Promise<ConnectionOptions> {
    const log = (message: string) => this.logger.log(message);
    const onExit = () => this.endWithoutDatabase();
    this.embedded = await startEmbeddedPostgres({ dataDir: this.env.dataDir, log, onExit });
    process.once('exit', this.onProcessExit);
    const { host, port, user, database, password } = this.embedded;
    return { host, port, user, database, password, ssl: false };
  }

  /** Exits, so that a supervisor restarts the process; the next start recovers the database. */
  private endWithoutDatabase(): void {
    if (this.isStopping) return;
    process.off('exit', this.onProcessExit);
    this.logger.fatal('The embedded database exited unexpectedly: shutting down. Restart to recover it.');
    process.exitCode = 1;
    // During start-up nothing runs that must finish, and no handler is registered yet.
    if (process.listenerCount('SIGTERM') === 0) process.exit();
    process.kill(process.pid, 'SIGTERM');
  }
}
