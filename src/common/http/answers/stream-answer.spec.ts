import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { eventStream } from './stream-answer';

const BIG = 'x'.repeat(64 * 1024);

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Serves the frames, and opens a request for them; `sent` resolves when the answer is over on the server's side. */
async function serve(frames: AsyncIterable<string>): Promise<{ client: IncomingMessage; sent: Promise<void> }> {
  let sent: Promise<void> = Promise.resolve();
  const stream = eventStream(frames, (error) => `data: ${String(error)}\n\n`);
  server = createServer((_, response) => void (sent = stream.sendTo(response as unknown as Response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [client] = (await once(
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }),
    'response',
  )) as [IncomingMessage];
  return { client, sent };
}

async function textOf(client: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of client) text += String(part);
  return text;
}

describe('StreamAnswer', () => {
  it('sends the headers before the first frame', async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    async function* frames() {
      await begun;
      yield 'data: 1\n\n';
    }
    const { client } = await serve(frames());
    expect(client.statusCode).toBe(200);
    expect(client.headers['content-type']).toContain('text/event-stream');
    begin();
    expect(await textOf(client)).toBe('data: 1\n\n');
  });

  it('sends a failure as the last frame', async () => {
    async function* frames() {
      yield 'data: 1\n\n';
      throw new Error('broken');
    }
    const { client } = await serve(frames());
    expect(await textOf(client)).toBe('data: 1\n\ndata: Error: broken\n\n');
  });

  it('takes no more from the source than the client reads', async () => {
    let taken = 0;
    async function* frames() {
      for (; taken < 2000; taken++) yield BIG;
    }
    const { client, sent } = await serve(frames());
    client.pause();
    await once(client, 'readable');
    await new Promise(setImmediate);
    expect(taken).toBeLessThan(500);
    client.destroy();
    await sent;
  });

  it('stops the source when the client disconnects', async () => {
    let isStopped = false;
    async function* frames() {
      try {
        for (;;) yield BIG;
      } finally {
        isStopped = true;
      }
    }
    const { client, sent } = await serve(frames());
    await once(client, 'readable');
    client.destroy();
    await sent;
    expect(isStopped).toBe(true);
  });
});
