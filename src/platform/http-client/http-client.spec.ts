import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { once } from 'node:events';
import { deferred } from '../../../test/support/deferred';
import { ONLY_DELAYS } from '../../../test/support/delays';
import { SELF_SIGNED } from '../../../test/support/fakes/self-signed';
import { Env } from '../env/env';
import { HttpClient } from './http-client';
import { OutgoingError } from './outgoing-error';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function client(variables: Record<string, string> = {}): HttpClient {
  const made = new HttpClient(new Env(variables));
  cleanups.push(() => made.onApplicationShutdown());
  return made;
}

async function listen(server: TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serve(handler: Handler, make: (handler: Handler) => Server = createServer): Promise<string> {
  const server = make(handler);
  cleanups.push(() => server.closeAllConnections());
  return listen(server);
}

const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof OutgoingError ? error.failure : error),
  );

/** Resolves when the client has gone away from a request that is not answered yet. */
const gone = (response: ServerResponse) => new Promise<void>((resolve) => response.once('close', resolve));

describe('HttpClient: answers', () => {
  it('sends method, headers and body, and reads status, headers and body', async () => {
    const host = await serve((request, response) => {
      request.on('data', (part: Buffer) => {
        const told = `${request.method} ${request.url} ${String(request.headers['x-a'])} ${part.toString()}`;
        response.writeHead(201, { 'X-B': '1' }).end(told);
      });
    });
    const options = { method: 'POST' as const, headers: { 'X-A': 'ä' }, body: '{"é":1}' };
    const response = await client().send(`http://${host}/p/q?r=s`, options);
    expect([response.status, response.isSuccess, response.header('x-b')]).toEqual([201, true, '1']);
    expect(await response.text(1000)).toBe('POST /p/q?r=s ä {"é":1}');
  });

  it('follows no redirect', async () => {
    const host = await serve((_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end());
    const response = await client().send(`http://${host}/`, {});
    expect([response.status, response.header('location')]).toEqual([302, 'http://127.0.0.1:1/']);
    response.discard();
  });

  it('takes a body of exactly the limit and refuses one more byte', async () => {
    const host = await serve((_, response) => response.end('x'.repeat(10)));
    const http = client();
    expect(await (await http.send(`http://${host}/`, {})).text(10)).toHaveLength(10);
    expect(await failureOf((await http.send(`http://${host}/`, {})).text(9))).toBe('too-large');
  });

  it('closes the connection when the reader leaves early', async () => {
    const closed = deferred<void>();
    const host = await serve((_, response) => {
      response.once('close', closed.resolve);
      response.write('first');
    });
    const response = await client().send(`http://${host}/`, {});
    for await (const part of response.stream()) {
      expect(Buffer.from(part).toString()).toBe('first');
      break;
    }
    await closed.promise;
  });
});

describe('HttpClient: failures', () => {
  it('names a port without a listener', async () => {
    const host = await listen(createTcpServer());
    await cleanups.pop()?.();
    expect(await failureOf(client().send(`http://${host}/`, {}))).toBe('refused');
  });

  it('names an unknown host', async () => {
    expect(await failureOf(client().send('http://nowhere.invalid/', {}))).toBe('dns');
  });

  it('names a connection that is closed instead of answered', async () => {
    const host = await serve((request) => request.socket.destroy());
    expect(await failureOf(client().send(`http://${host}/`, {}))).toBe('reset');
  });

  it('names an answer that breaks off', async () => {
    const host = await serve((_, response) => {
      response.write('half', () => response.destroy());
    });
    const response = await client().send(`http://${host}/`, {});
    expect(await failureOf(response.text(100))).toBe('reset');
  });

  it('names a server that does not speak HTTP', async () => {
    const host = await listen(createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0\r\n\r\n')));
    expect(await failureOf(client().send(`http://${host}/`, {}))).toBe('protocol');
  });

  it('names a server that sends no headers in time', async () => {
    const host = await serve(() => undefined);
    expect(await failureOf(client().send(`http://${host}/`, { timeout: 20 }))).toBe('timeout');
  });

  it('names a body that stays away', async () => {
    const host = await serve((_, response) => void response.write('first'));
    jest.useFakeTimers(ONLY_DELAYS);
    const response = await client().send(`http://${host}/`, { timeout: 50 });
    const failure = failureOf(response.text(100));
    jest.advanceTimersByTime(50);
    expect(await failure).toBe('timeout');
  });

  it.each(['ftp://a/', 'not an url', 'file:///etc/passwd'])('refuses to call %s', async (url) => {
    expect(await failureOf(client().send(url, {}))).toBe('request');
  });

  it('refuses headers that would break out of their line', async () => {
    const host = await serve((_, response) => response.end());
    const headers = { 'X-A': 'b\r\nX-C: d' };
    expect(await failureOf(client().send(`http://${host}/`, { headers }))).toBe('request');
  });
});

describe('HttpClient: aborting', () => {
  it('closes a request that waits for headers, and rejects with the reason', async () => {
    const arrived = deferred<ServerResponse>();
    const host = await serve((_, response) => arrived.resolve(response));
    const controller = new AbortController();
    const sent = failureOf(client().send(`http://${host}/`, { signal: controller.signal }));
    const closed = gone(await arrived.promise);
    controller.abort('stopped');
    await closed;
    expect(await sent).toBe('stopped');
  });

  it('closes a body that stalls, and rejects the reading with the reason', async () => {
    const arrived = deferred<ServerResponse>();
    const host = await serve((_, response) => {
      response.write('first');
      arrived.resolve(response);
    });
    const controller = new AbortController();
    const response = await client().send(`http://${host}/`, { signal: controller.signal });
    const parts = response.stream();
    await parts.next();
    const closed = gone(await arrived.promise);
    const reading = failureOf(parts.next());
    controller.abort('stopped');
    await closed;
    expect(await reading).toBe('stopped');
  });

  it('sends nothing when the signal is aborted already', async () => {
    const requests: string[] = [];
    const host = await serve((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    expect(await failureOf(client().send(`http://${host}/`, { signal: AbortSignal.abort('before') }))).toBe('before');
    expect(requests).toEqual([]);
  });
});

describe('HttpClient: TLS and proxies', () => {
  it('verifies certificates by default', async () => {
    const secure = (handler: Handler) => createTlsServer(SELF_SIGNED, handler);
    const host = await serve((_, response) => response.end('secret'), secure);
    expect(await failureOf(client().send(`https://${host}/`, {}))).toBe('tls');
    const lenient = await client({ AIOHTTP_CLIENT_SESSION_SSL: 'False' }).send(`https://${host}/`, {});
    expect(await lenient.text(100)).toBe('secret');
  });

  it('uses the proxy of the environment, except for the hosts in `NO_PROXY`', async () => {
    const target = await serve((_, response) => response.end('direct'));
    const proxy = await serve((request, response) => response.end(`proxied ${request.url}`));
    const read = async (variables: Record<string, string>) =>
      (await client(variables).send(`http://${target}/x`, {})).text(100);
    expect(await read({ HTTP_PROXY: `http://${proxy}` })).toBe(`proxied http://${target}/x`);
    expect(await read({ HTTP_PROXY: `http://${proxy}`, no_proxy: '127.0.0.1' })).toBe('direct');
    expect(await read({ HTTPS_PROXY: `http://${proxy}` })).toBe('direct');
  });
});
