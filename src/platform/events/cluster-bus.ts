import { randomInt } from 'node:crypto';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Client, type Notification } from 'pg';
import { sleep } from '../../common/util/time';
import { DatabaseConnection } from '../database/connection';
import { Database } from '../database/database';

const CHANNEL = 'confab_cluster';
const RECONNECT_DELAY = 1000;
/** A connection that nothing is sent on must not die unnoticed, nor an attempt last for ever. Milliseconds. */
const LIVENESS = { keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: 10_000 };
/** NOTIFY refuses payloads of 8000 bytes and more. */
const MAX_PAYLOAD = 7900;

/** First key of the advisory locks by which nodes see each other: "node" as a number. */
export const NODE_LOCK = 0x6e6f6465;

type Listener = (message: unknown) => void;
interface Envelope {
  topic: string;
  message: unknown;
}

/**
 * Small announcements to every node, this one included, over PostgreSQL's LISTEN/NOTIFY: ids and names, never data.
 * Sent inside a transaction, they go out with its commit. A node that was cut off may have missed some: `onReconnect`
 * listeners reload what they cache.
 */
@Injectable()
export class ClusterBus implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  /**
   * This process among the nodes. It holds the shared advisory lock `(NODE_LOCK, nodeId)` while it is connected: the
   * database drops the lock when the process dies, however it dies.
   */
  readonly nodeId = randomInt(1, 2 ** 31);
  private readonly logger = new Logger(ClusterBus.name);
  private readonly listeners = new Map<string, Listener[]>();
  private readonly reconnectListeners: (() => void)[] = [];
  private readonly closing = new AbortController();
  private client: Client | undefined;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly database: Database,
  ) {}

  subscribe(topic: string, listener: Listener): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  onReconnect(listener: () => void): void {
    this.reconnectListeners.push(listener);
  }

  /** @throws RangeError when the message is too large for an announcement. */
  async publish(topic: string, message: unknown): Promise<void> {
    const payload = JSON.stringify({ topic, message } satisfies Envelope);
    if (Buffer.byteLength(payload) > MAX_PAYLOAD) throw new RangeError(`Announcement on ${topic} is too large`);
    await this.database.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  onModuleDestroy(): void {
    this.closing.abort();
  }

  /** Last of all: until then this node has work that others must not take over. */
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
    // Not before: a client that never got this far ends as well, and its attempt is repeated anyhow.
    client.on('end', () => void this.reconnect());
    this.client = client;
  }

  private async reconnect(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await sleep(RECONNECT_DELAY, this.closing.signal);
      if (this.closing.signal.aborted) return;
      try {
        await this.connect();
        return this.reconnectListeners.forEach((listener) => listener());
      } catch (error) {
        this.logger.warn(`Listener connection failed: ${String(error)}`);
      }
    }
  }

  private receive({ payload }: Notification): void {
    const { topic, message } = JSON.parse(payload ?? '{}') as Envelope;
    for (const listener of this.listeners.get(topic) ?? []) {
      try {
        listener(message);
      } catch (error) {
        this.logger.error({ err: error, topic }, 'Listener failed');
      }
    }
  }
}
