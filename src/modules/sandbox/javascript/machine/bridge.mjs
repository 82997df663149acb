import { Buffer } from 'node:buffer';

/** Bytes of a body that is read as a whole. */
const MAX_BODY = 32 * 1024 * 1024;

/** Requests of the code of one call, in the form that the host of the process takes them. */
export class Bridge {
  constructor(call, host) {
    this.call = call;
    this.host = host;
  }

  async request(kind, payload, signal) {
    if (!Object.hasOwn(KINDS, kind)) throw new TypeError('Unknown request');
    try {
      return await KINDS[kind](this, payload, signal);
    } catch (error) {
      throw plainError(error, kind);
    }
  }

  close(id) {
    this.host.close?.(this.call, id);
  }

  async fetch({ url, method, headers, body, redirect }, signal) {
    const request = { url, method, headers, timeout: null, follow: redirect === 'follow', stream: true };
    const bytes = body === null ? null : Buffer.from(String(body), 'base64');
    const { meta } = await this.host.fetch(this.call, request, bytes);
    if (signal.aborted) this.close(meta.stream);
    const isRedirect = meta.status >= 300 && meta.status <= 399 && meta.status !== 304;
    if (redirect === 'error' && isRedirect) throw new TypeError('The response is a redirect');
    const { status, reason, headers: received, history = [] } = meta;
    return {
      ...{ status, statusText: reason ?? '', headers: received, url: meta.url, id: meta.stream },
      redirected: history.length > 0,
    };
  }

  async body({ id, form }) {
    const chunks = [];
    let size = 0;
    for (;;) {
      const chunk = await this.host.read(this.call, id);
      if (chunk === null) break;
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > MAX_BODY) throw new RangeError('The body is too large');
    }
    const bytes = Buffer.concat(chunks);
    return form === 'text' ? new TextDecoder().decode(bytes) : bytes.toString('base64');
  }

  async chunk({ id }) {
    const chunk = await this.host.read(this.call, id);
    return chunk === null ? null : Buffer.from(chunk).toString('base64');
  }
}

const KINDS = {
  emit: ({ host, call }, event) => host.emit(call, event),
  ask: ({ host, call }, event) => host.ask(call, event),
  callTool: ({ host, call }, { name, values }) => host.callTool(call, String(name), values),
  complete: ({ host, call }, body) => host.complete(call, body),
  stream: ({ host, call }) => host.stream(call),
  item: ({ host, call }, value) => host.item(call, value),
  fetch: (bridge, request, signal) => bridge.fetch(request, signal),
  body: (bridge, request) => bridge.body(request),
  chunk: (bridge, request) => bridge.chunk(request),
};

/** Refusals of the server are JSON texts `{failure, message}`. */
function plainError(error, kind) {
  const message = messageOf(String(error?.message ?? error));
  const isNetwork = ['fetch', 'body', 'chunk'].includes(kind);
  return isNetwork ? new TypeError(message) : new Error(message);
}

function messageOf(text) {
  if (!text.startsWith('{')) return text;
  try {
    const { failure, message } = JSON.parse(text);
    return String(message || failure || text);
  } catch {
    return text;
  }
}
