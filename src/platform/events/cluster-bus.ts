import { randomInt } from 'node:crypto';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Client, type Notification } from 'pg';
import { sleep } from '../../common/util/time';
import { DatabaseConnection } from '../database/connection';
import { Database } from '../database/database';
import { DeclarationsService, type HandlerDecorator } from '../discovery/declarations.service';

const CHANNEL = 'confab_cluster';
const RECONNECT_DELAY = 1000;
/** Detects dead idle connections, and limits connection attempts. Milliseconds. */
const LIVENESS = { keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: 10_000 };
/** NOTIFY rejects payloads of 8000 bytes and more. */
const MAX_PAYLOAD = 7900;

/** First key of the advisory locks by which nodes detect each other: the bytes of "node". */
export const NODE_LOCK = 0x6e6f6465;

type Listener = (message: unknown) => unknown;
interface Envelope {
  topic: string;
  message: unknown;
}

const Announced = DiscoveryService.createDecorator<string>();
const Reconnected = DiscoveryService.createDecorator<object>();

/** Calls the method with each message of the topic from any node. Older nodes may send other formats. */
export const OnAnnouncement = (topic: string): HandlerDecorator<[message: unknown]> => Announced(topic);

/** Calls the method when announcements resume after an interruption, during which some may have been missed. */
export const OnReconnect = (): HandlerDecorator<[]> => Reconnected();

/**
 * Small announcements to all nodes, including this one, over PostgreSQL's LISTEN/NOTIFY: ids and names, never data.
 * Inside a transaction they are sent on commit.
 */
@Injectable()
export class ClusterBus implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  /**
   * Identifies this process. It holds the shared advisory lock `(NODE_LOCK, nodeId)` while connected: the database
   * releases the lock when the process dies.
   */
  readonly nodeId = randomInt(1, 2 ** 31);
  private readonly logger = new Logger(ClusterBus.name);
  private readonly listeners = new Map<string, Listener[]>();
  private readonly reconnectListeners: (() => unknown)[] = [];
  private readonly closing = new AbortController();
  private client: Client | undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly database: Database,
    private readonly declarations: DeclarationsService,
  ) {}

  /** For listeners without a decorator, as `onReconnect`. */
  subscribe(topic: string, listener: Listener): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  onReconnect(listener: () => unknown): void {
    this.reconnectListeners.push(listener);
  }

  /** @throws RangeError when the message is too large for an announcement. */
  async publish(topic: string, message: unknown): Promise<void> {
    const payload = JSON.stringify({ topic, message } satisfies Envelope);
    if (Buffer.byteLength(payload) > MAX_PAYLOAD) throw new RangeError(`Announcement on ${topic} is too large`);
    await this.database.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const { declaration, call } of this.declarations.methods(Announced)) this.subscribe(declaration, call);
    for (const { call } of this.declarations.methods(Reconnected)) this.onReconnect(call);
    await this.connect();
  }

  onModuleDestroy(): void {
    this.closing.abort();
  }

  /** Runs last: until then this node has work that others must not take over. */
  async onApplicationShutdown(): Promise<void> {
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const options = await this.connection.options();
    const client = new Client({ ...('url' in options ? { connectionString: options.url } : options), ...LIVENESS });
    client.on('notification', (notification) => this.receive(notification));
    client.on('error', (error) => {
      if (!this.closing.signal.aborted) this.logger.warn(`Listener connection lost: ${error.message}`);
    });
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1, $2)', [NODE_LOCK, this.nodeId]);
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    // Registered late: a client whose connection attempt failed ends as well, and that attempt is retried anyway.
    client.on('end', () => void this.reconnect());
    this.client = client;
  }

  private async reconnect(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await sleep(RECONNECT_DELAY, this.closing.signal);
      if (this.closing.signal.aborted) return;
      try {
        await this.connect();
        return this.reconnectListeners.forEach((listener) => this.run(listener, 'reconnect'));
      } catch (error) {
        this.logger.warn(`Listener connection failed: ${String(error)}`);
      }
    }
  }

  private receive({ payload }: Notification): void {
    const { topic, message } = JSON.parse(payload ?? '{}') as Envelope;
    for (const listener of this.listeners.get(topic) ?? []) this.run(() => listener(message), topic);
  }

  private run(listener: () => unknown, topic: string): void {
    Promise.resolve()
      .then(listener)
      .catch((error: unknown) => this.logger.error({ err: error, topic }, 'Listener failed'));
  }
}
