import { Injectable } from '@nestjs/common';
import { WebSocket, type RawData } from 'ws';
import { AsyncQueue } from '../../common/util/async-queue';
import { Env } from '../env/env';
import { OutgoingError, toOutgoingError } from './outgoing-error';

export interface WebSocketOptions {
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Milliseconds until the connection has to be open. */
  timeout: number;
  /** Largest message; a larger one closes the connection. */
  maxBytes: number;
}

/** An open connection. */
export interface WebSocketConnection {
  /** Text messages, read once. Ends with the connection: with an error unless the peer closed it properly. */
  messages: AsyncIterable<string>;
  send(text: string): void;
  /** Ends the messages and the connection at once, without waiting for the peer. */
  close(): void;
}

/**
 * Outgoing WebSocket connections to servers that an administrator configured. TLS is verified as the environment says;
 * proxies of the environment are not used.
 */
@Injectable()
export class WebSocketClient {
  constructor(private readonly env: Env) {}

  /** @param url `ws://` or `wss://`. @throws OutgoingError when it cannot be opened; the signal's reason after an abort. */
  connect(url: string, { headers, signal, timeout, maxBytes }: WebSocketOptions): Promise<WebSocketConnection> {
    signal.throwIfAborted();
    const { origin } = new URL(url);
    const socket = new WebSocket(url, {
      ...{ headers, handshakeTimeout: timeout, maxPayload: maxBytes },
      ...{ followRedirects: false, perMessageDeflate: false },
      rejectUnauthorized: this.env.outgoing.isTlsVerified,
    });
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) =>
        reject((signal.aborted ? signal.reason : toOutgoingError(error, origin)) as Error);
      // Stays: an error after the connection is open must not be an uncaught one.
      socket.on('error', fail);
      socket.once('unexpected-response', () => {
        fail(new OutgoingError('reset', origin));
        socket.terminate();
      });
      socket.once('open', () => resolve(connectionOf(socket, origin, signal)));
    });
  }
}

function connectionOf(socket: WebSocket, origin: string, signal: AbortSignal): WebSocketConnection {
  const messages = new AsyncQueue<string>({ onClose: () => socket.terminate() });
  socket.on('message', (data, isBinary) => {
    if (!isBinary) messages.push(textOf(data));
  });
  socket.on('error', (error) => messages.end(toOutgoingError(error, origin)));
  socket.once('close', (code) => {
    if (signal.aborted) messages.end(signal.reason);
    else if (PROPER.includes(code)) messages.end();
    else messages.end(new OutgoingError('reset', origin));
  });
  return {
    messages,
    send: (text) => socket.send(text, () => undefined),
    close: () => {
      messages.end();
      socket.terminate();
    },
  };
}

/** Close codes of a peer that is done, is going away, or gives no code. */
const PROPER = [1000, 1001, 1005];

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
