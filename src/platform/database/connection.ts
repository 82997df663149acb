import { Injectable, Logger } from '@nestjs/common';
import { Env } from '../env/env';
import { startEmbeddedPostgres, type EmbeddedPostgresHandle } from './embedded/embedded-postgres';

/** How a PostgreSQL client connects: an URL, or the socket of the embedded server. */
export type ConnectionOptions =
  | { url: string }
  | {
      host: string;
      port: number;
      user: string;
      database: string;
      password?: string;
      /** A socket needs none. */ ssl: false;
    };

/** Knows the database of this process, and owns the embedded server when there is no `DATABASE_URL`. */
@Injectable()
export class DatabaseConnection {
  private readonly logger = new Logger('Database');
  private embedded: EmbeddedPostgresHandle | undefined;
  private isStopping = false;
  private starting: Promise<ConnectionOptions> | undefined;

  /** A start that fails later, or a shutdown that is cut short, leaves no server behind: SIGINT is its fast shutdown. */
  private readonly onProcessExit = (): void => {
    if (this.embedded) process.kill(this.embedded.pid, 'SIGINT');
  };

  constructor(private readonly env: Env) {}

  /** Starts the embedded server at the first call. */
  options(): Promise<ConnectionOptions> {
    this.starting ??= this.env.databaseUrl ? Promise.resolve({ url: this.env.databaseUrl }) : this.startEmbedded();
    return this.starting;
  }

  /** Stops the embedded server; nothing to do for an external one. */
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

  /** The next start recovers the database; a supervisor sees a failure and starts it. */
  private endWithoutDatabase(): void {
    if (this.isStopping) return;
    process.off('exit', this.onProcessExit);
    this.logger.fatal('The embedded database ended unexpectedly: shutting down. Start again to recover it.');
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  }
}
