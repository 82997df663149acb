import { io, type Socket } from 'socket.io-client';
import type { Json } from './http';

const PATH = '/ws/socket.io';

export interface TestSocket {
  id: string;
  raw: Socket;
  /** Every event so far: name, then arguments. */
  received: unknown[][];
  /** Resolves with the acknowledgement: a list of its arguments. */
  emit(event: string, ...parameters: unknown[]): Promise<unknown[]>;
  /** Resolves with the first event (also of those received before) for which `isWanted` holds. */
  waitFor(isWanted: (name: string, payload: Json) => boolean): Promise<Json>;
  /** Resolves when the server or the network has ended the connection. */
  closed: Promise<string>;
  close(): void;
}

/** A Socket.IO client as the web client opens it; with a token it is in the rooms of its user when this resolves. */
export async function connectSocket(
  url: string,
  token?: string,
  headers: Record<string, string> = {},
): Promise<TestSocket> {
  const raw = io(url, {
    path: PATH,
    transports: ['websocket'],
    auth: token === undefined ? {} : { token },
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  });
  const socket = observe(raw);
  await new Promise<void>((resolve, reject) => raw.once('connect', resolve).once('connect_error', reject));
  socket.id = raw.id ?? '';
  if (token !== undefined) await socket.emit('user-join', { auth: { token } });
  return socket;
}

function observe(raw: Socket): TestSocket {
  const received: unknown[][] = [];
  raw.onAny((...event: unknown[]) => void received.push(event));
  const closed = new Promise<string>((resolve) => raw.once('disconnect', resolve));
  const emit = (event: string, ...parameters: unknown[]) =>
    new Promise<unknown[]>((resolve) => raw.emit(event, ...parameters, (...answer: unknown[]) => resolve(answer)));
  const waitFor: TestSocket['waitFor'] = async (isWanted) => {
    for (let index = 0; ; index++) {
      while (received.length <= index) await nextEvent(raw);
      const [name, payload] = received[index] ?? [];
      if (isWanted(String(name), payload)) return payload;
    }
  };
  return { id: '', raw, received, emit, waitFor, closed, close: () => void raw.disconnect() };
}

function nextEvent(raw: Socket): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      raw.offAny(listener);
      resolve();
    };
    raw.onAny(listener);
  });
}

/** The raw answer to a handshake over HTTP. */
export const handshake = (url: string, query: string): Promise<Response> => fetch(`${url}${PATH}/?EIO=4&${query}`);

/** Resolves when all have ended. */
export const allClosed = (sockets: TestSocket[]): Promise<string[]> => Promise.all(sockets.map(({ closed }) => closed));
