import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { clientSignal } from './client-signal';

/** What `test` does with the answer to a request, whose client is told to go by `leave`. */
async function serve(test: (response: ServerResponse, leave: () => void) => Promise<void>): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).on('error', () => undefined);
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  await test(response, () => client.destroy());
  server.close();
  server.closeAllConnections();
}

describe('clientSignal', () => {
  it('aborts when the client disconnects', () =>
    serve(async (response, leave) => {
      const signal = clientSignal(response as Response);
      expect(signal.aborted).toBe(false);
      leave();
      await once(signal, 'abort');
    }));

  it('is aborted when the client has already disconnected', () =>
    serve(async (response, leave) => {
      leave();
      await once(response, 'close');
      expect(clientSignal(response as Response).aborted).toBe(true);
    }));

  it('does not abort when the answer is complete', () =>
    serve(async (response) => {
      const signal = clientSignal(response as Response);
      response.end('done');
      await once(response, 'close');
      expect(signal.aborted).toBe(false);
    }));
});
