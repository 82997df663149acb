import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../../../../common/auth/principal';
import type { JsonObject } from '../../../../common/util/json';
import { OnEvent } from '../../../../platform/events/event-bus';
import { SettingsChanged } from '../../../../platform/settings/settings-changed.event';
import { ServerCredentialsService } from '../server-credentials.service';
import type { ToolServer } from '../tool-server';
import { ToolServerCallsSettings, ToolServersSettings } from '../tool-servers.settings';
import { ToolServersService } from '../tool-servers.service';
import { SessionLostError, type McpConnection } from './mcp-connection';
import { McpConnectorService } from './mcp-connector.service';
import type { McpTool } from './mcp-results';
import { isStdio } from './stdio-command';

/** A session while a reply uses it. */
export interface McpLease {
  listTools(): Promise<McpTool[]>;
  /** @returns the content items. @throws Error with the text of the server; the reason of the signal. */
  call(name: string, args: JsonObject, signal: AbortSignal): Promise<JsonObject[]>;
  release(): void;
}

interface Session {
  key: string;
  server: ToolServer;
  principal: Principal;
  connection: Promise<McpConnection>;
  /** The connection could not be opened. */
  hasFailed: boolean;
  leases: number;
  idle?: NodeJS.Timeout;
}

/**
 * Sessions at MCP servers, one for each server, user and credential: servers may store state in a session, which no
 * other user may see. A session stays open while replies use it and some time after, and is opened again when its server
 * has lost it.
 */
@Injectable()
export class McpSessionsService implements OnApplicationShutdown {
  private readonly logger = new Logger(McpSessionsService.name);
  /** Least recently released first. */
  private readonly sessions = new Map<string, Session>();

  constructor(
    private readonly connector: McpConnectorService,
    private readonly servers: ToolServersService,
    private readonly credentials: ServerCredentialsService,
    private readonly settings: ToolServerCallsSettings,
  ) {}

  /** Opens a session, or shares the open one. @throws Error when too many are open. */
  async lease(server: ToolServer, principal: Principal): Promise<McpLease> {
    const identity = await this.credentials.identityOf(server, principal);
    const key = JSON.stringify([keyOf(server), principal.id, identity]);
    const session = this.sessions.get(key) ?? this.create(key, server, principal);
    if (session.hasFailed) this.open(session);
    session.leases += 1;
    clearTimeout(session.idle);
    let isReleased = false;
    return {
      listTools: () => this.run(session, (connection) => connection.listTools()),
      call: (name, args, signal) => {
        const timeout = this.settings.call_timeout * 1000;
        return this.run(session, (connection) => connection.call(name, args, timeout, signal));
      },
      release: () => {
        if (!isReleased) this.release(session);
        isReleased = true;
      },
    };
  }

  /** Sessions of removed and changed connections are closed, as soon as no reply uses them. */
  @OnEvent(SettingsChanged)
  onSettingsChanged({ section }: SettingsChanged): void {
    if (section !== ToolServersSettings) return;
    for (const session of [...this.sessions.values()])
      if (session.leases === 0 && !this.isCurrent(session)) void this.end(session);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => this.end(session)));
  }

  private create(key: string, server: ToolServer, principal: Principal): Session {
    this.makeRoom(server);
    const connection = this.connector.open(server, principal);
    const session = { key, server, principal, connection, hasFailed: false, leases: 0 };
    this.watch(session);
    this.sessions.set(key, session);
    return session;
  }

  private open(session: Session): void {
    session.connection = this.connector.open(session.server, session.principal);
    session.hasFailed = false;
    this.watch(session);
  }

  private watch(session: Session): void {
    const { connection } = session;
    connection.catch(() => {
      if (session.connection === connection) session.hasFailed = true;
    });
  }

  /** Ends the session that was unused for the longest time when there are too many. */
  private makeRoom({ url }: ToolServer): void {
    const isLocal = isStdio(url);
    const alike = [...this.sessions.values()].filter(({ server }) => !isLocal || isStdio(server.url));
    if (alike.length < (isLocal ? this.settings.max_processes : this.settings.max_sessions)) return;
    const unused = alike.find(({ leases }) => leases === 0);
    if (!unused) throw new Error('Too many sessions at MCP servers');
    void this.end(unused);
  }

  /** Repeats what failed because the server has lost the session: it was not processed. */
  private async run<T>(session: Session, work: (connection: McpConnection) => Promise<T>): Promise<T> {
    const connection = await this.connectionOf(session);
    try {
      return await work(connection);
    } catch (error) {
      if (!(error instanceof SessionLostError)) throw error;
      this.logger.debug(`Tool server ${session.server.id} has lost a session`);
      await connection.close();
      return work(await this.connectionOf(session));
    }
  }

  /** The connection; a new one when it was closed. Concurrent calls share it. */
  private async connectionOf(session: Session): Promise<McpConnection> {
    const current = session.connection;
    const connection = await current;
    if (connection.isOpen) return connection;
    if (this.sessions.get(session.key) !== session) throw new Error('The session at the MCP server has ended');
    if (session.connection === current) this.open(session);
    return session.connection;
  }

  private release(session: Session): void {
    session.leases -= 1;
    if (session.leases > 0 || this.sessions.get(session.key) !== session) return;
    if (session.hasFailed || !this.isCurrent(session)) return void this.end(session);
    this.sessions.delete(session.key);
    this.sessions.set(session.key, session);
    session.idle = setTimeout(() => void this.end(session), this.settings.session_idle * 1000).unref();
  }

  private isCurrent({ server }: Session): boolean {
    return this.servers.all().some((each) => keyOf(each) === keyOf(server));
  }

  private async end(session: Session): Promise<void> {
    clearTimeout(session.idle);
    if (this.sessions.get(session.key) === session) this.sessions.delete(session.key);
    const connection = await session.connection.catch(() => undefined);
    await connection?.close();
  }
}

/** What a session depends on. */
const keyOf = ({ type, id, url, auth, key, headers }: ToolServer): string =>
  JSON.stringify([type, id, url, auth, key, headers]);
