import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Relay {
  /** Stays the same, whatever is behind it. */
  url: string;
  /** Where connections go from now on; without one they are refused, as while a server restarts. */
  forward(url: string | undefined): void;
  /** Breaks the open connections, and refuses new ones until `forward`. */
  cut(): void;
  /** The open connections stay open and carry nothing any more, as when the network drops packets. */
  freeze(): void;
  close(): Promise<void>;
}

/** An address that outlives the servers behind it, as a reverse proxy has it. */
export async function startRelay(): Promise<Relay> {
  let target: URL | undefined;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    if (target === undefined) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forward: (url) => void (target = url === undefined ? undefined : new URL(url)),
    cut: () => {
      target = undefined;
      for (const socket of open) socket.destroy();
    },
    freeze: () => {
      target = undefined;
      for (const socket of open) socket.unpipe().pause();
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
