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
  it('names all parts when they answer', async () => {
    expect(await check({})).toEqual({ status: true, parts: ['server', 'database', 'migrations'] });
  });

  it('names every part that is down', async () => {
    const database = { ping: () => Promise.reject(new Error('gone')), isMigrated: async () => false };
    await expect(check(database)).rejects.toEqual(new UnavailableError('Not ready: database, migrations'));
  });

  it('takes a silent part for down', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const outcome = check({ ping: () => new Promise<boolean>(() => {}) }).catch((error: unknown) => error);
    while (jest.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(2000);
    jest.useRealTimers();
    expect(await outcome).toEqual(new UnavailableError('Not ready: database'));
  });

  it('asks Redis when there should be one', async () => {
    await expect(check({}, { REDIS_URL: 'redis://127.0.0.1:1' })).rejects.toEqual(
      new UnavailableError('Not ready: redis'),
    );
  });
});
