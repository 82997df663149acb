import type { IncomingMessage, ServerResponse } from 'node:http';

type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Refuses invalid handshakes with the contract's responses; all others are passed to Socket.IO. */
export function refuseBadHandshake(isWebsocketEnabled: boolean): Handler {
  return (request, response, next) => {
    if (request.headers.upgrade !== undefined) return next();
    const transport = new URL(request.url ?? '', 'http://localhost').searchParams.get('transport');
    if (transport === 'websocket') return refuse(response, { detail: 'Invalid WebSocket upgrade request' });
    if (isWebsocketEnabled) return refuse(response, 'Invalid transport');
    next();
  };
}

function refuse(response: ServerResponse, body: unknown): void {
  response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
