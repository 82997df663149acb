import { EventEmitter, once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ONLY_DELAYS } from '../../../../test/support/delays';
import { bodyDeadlines } from './body-deadlines';

const LIMITS = { whole: 150, idle: 100 };

describe('bodyDeadlines', () => {
  const arrivals = new EventEmitter();
  const app = express()
    .use(bodyDeadlines(({ path }) => path === '/streamed', LIMITS))
    .post(['/', '/streamed'], (incoming, response) => {
      incoming.on('data', () => arrivals.emit('data')).on('end', () => response.json(true));
    });
  let server: Server;

  beforeAll(async () => {
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());
  beforeEach(() => jest.useFakeTimers(ONLY_DELAYS));
  afterEach(() => jest.useRealTimers());

  /** A request whose first byte has arrived and whose body is not ended, and its result: the status, or `closed`. */
  async function open(path: string) {
    const sent = request({ port: (server.address() as AddressInfo).port, path, method: 'POST', agent: false });
    const result = new Promise<number | string | undefined>((resolve) => {
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', () => resolve('closed'));
    });
    const write = async () => {
      const arrived = once(arrivals, 'data');
      sent.write('x');
      await arrived;
    };
    await write();
    return { sent, result, write };
  }

  it('close a connection whose body does not end', async () => {
    const { result } = await open('/');
    jest.advanceTimersByTime(LIMITS.whole);
    expect(await result).toBe('closed');
  });

  it('close a connection that is silent within a body that is streamed', async () => {
    const { result } = await open('/streamed');
    jest.advanceTimersByTime(2 * LIMITS.idle);
    expect(await result).toBe('closed');
  });

  it('leave a streamed body as long as bytes come', async () => {
    const { sent, result, write } = await open('/streamed');
    for (let round = 0; round < 5; round++) {
      await write();
      jest.advanceTimersByTime(LIMITS.idle);
    }
    sent.end();
    expect(await result).toBe(200);
  });

  it('forget a body that has arrived', async () => {
    const { sent, result } = await open('/');
    sent.end();
    expect(await result).toBe(200);
    expect(jest.getTimerCount()).toBe(0);
  });
});
