import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { SELF_SIGNED } from './self-signed';

export interface OpenAiItself {
  /** Leads every HTTPS request of the application to the handler, whatever its host. */
  env: Record<string, string>;
  close(): void;
}

/** Plays `https://api.openai.com`: a TLS server, and a proxy that sends everybody there. */
export async function startOpenAiItself(handler: RequestListener): Promise<OpenAiItself> {
  const secure = createTlsServer(SELF_SIGNED, handler).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const { port } = secure.address() as AddressInfo;
  const proxy = createServer();
  proxy.on('connect', (_, socket) => {
    const target = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    for (const end of [socket, target]) end.on('error', () => undefined);
    target.pipe(socket).pipe(target);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    env: { https_proxy: address, AIOHTTP_CLIENT_SESSION_SSL: 'False' },
    close: () => {
      for (const server of [proxy, secure]) server.close();
      secure.closeAllConnections();
    },
  };
}
