import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { UnavailableError } from '../../common/errors/app-error';
import { DatabaseHealth } from '../database/database-health';
import { Env } from '../env/env';
import { OpenRequests } from './open-requests';
import { ReadinessService } from './readiness.service';

const healthy: Pick<DatabaseHealth, 'ping' | 'isMigrated'> = { ping: async () => true, isMigrated: async () => true };

/** The check with a database that behaves as given. */
async function check(database: Partial<typeof healthy>, env: Record<string, string> = {}): Promise<unknown> {
  const module = await Test.createTestingModule({
    imports: [TerminusModule.forRoot({ logger: false })],
    providers: [
      ReadinessService,
      OpenRequests,
      { provide: DatabaseHealth, useValue: { ...healthy, ...database } },
      { provide: Env, useValue: new Env(env) },
    ],
  }).compile();
  return module
    .get(ReadinessService)
    .check()
    .finally(() => module.close());
}

describe('ReadinessService.check', () => {
  afterEach(() => jest.useRealTimers());

  it('names all parts when they answer', async () => {
    expect(await check({})).toEqual({ status: true, parts: ['server', 'database', 'migrations'] });
  });

  it('names every part that is down', async () => {
    const database = { ping: () => Promise.reject(new Error('gone')), isMigrated: async () => false };
    await expect(check(database)).rejects.toEqual(new UnavailableError('Not ready: database, migrations'));
  });

  it('takes a silent part for down', async () => {
    const database = { ping: () => new Promise<boolean>(() => {}) };
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const result = expect(check(database)).rejects.toEqual(new UnavailableError('Not ready: database'));
    await jest.advanceTimersByTimeAsync(10_000);
    await result;
  });

  it('asks Redis when there should be one', async () => {
    await expect(check({}, { REDIS_URL: 'redis://127.0.0.1:1' })).rejects.toEqual(
      new UnavailableError('Not ready: redis'),
    );
  });
});
