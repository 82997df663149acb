import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { DatabaseConnection } from '../database/connection';
import type { Database } from '../database/database';
import type { DeclarationsService } from '../discovery/declarations.service';
import { ClusterBus } from './cluster-bus';

/** As far as the bus uses it: a connection that fails ends, too. */
class FakeClient extends EventEmitter {
  static isDown = false;
  static readonly all: FakeClient[] = [];

  constructor() {
    super();
    FakeClient.all.push(this);
  }

  async connect(): Promise<void> {
    if (!FakeClient.isDown) return;
    process.nextTick(() => this.emit('end'));
    throw new Error('refused');
  }

  async query(): Promise<void> {}

  async end(): Promise<void> {
    this.emit('end');
  }
}

jest.mock('pg', () => ({ Client: jest.fn() }));

describe('ClusterBus', () => {
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    jest.useFakeTimers();
    jest.mocked(Client).mockImplementation(() => new FakeClient() as unknown as Client);
    FakeClient.isDown = false;
    FakeClient.all.length = 0;
  });
  afterEach(() => jest.useRealTimers());

  it('tries to reconnect once a second, however long the database is away', async () => {
    const connection = { options: async () => ({ url: 'postgresql://nowhere' }) };
    const declarations = { methods: () => [] } as unknown as DeclarationsService;
    const bus = new ClusterBus(connection as unknown as DatabaseConnection, {} as Database, declarations);
    const onReconnect = jest.fn();
    bus.onReconnect(onReconnect);
    await bus.onApplicationBootstrap();
    FakeClient.isDown = true;
    FakeClient.all[0]?.emit('end');
    await jest.advanceTimersByTimeAsync(10_500);
    expect(FakeClient.all).toHaveLength(1 + 10);
    FakeClient.isDown = false;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(FakeClient.all).toHaveLength(1 + 11);
    expect(onReconnect).toHaveBeenCalledTimes(1);
    bus.onModuleDestroy();
    await bus.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(FakeClient.all).toHaveLength(1 + 11);
  });
});
