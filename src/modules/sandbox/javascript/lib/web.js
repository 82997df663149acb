/** Interfaces of the web platform. Addresses, texts and requests are handled by the host. */
'use strict';
(function ({ host, request, bytesOf, library }) {
  class DOMException extends Error {
    constructor(message = '', name = 'Error') {
      super(message);
      this.name = name;
    }
  }

  class Event {
    constructor(type, init = {}) {
      Object.assign(this, init);
      this.type = String(type);
    }
  }

  class EventTarget {
    #listeners = new Map();

    addEventListener(type, listener, options) {
      const list = this.#listeners.get(type) ?? [];
      this.#listeners.set(type, [...list, { listener, isOnce: options?.once === true }]);
    }

    removeEventListener(type, listener) {
      this.#listeners.set(
        type,
        (this.#listeners.get(type) ?? []).filter((entry) => entry.listener !== listener),
      );
    }

    dispatchEvent(event) {
      event.target = this;
      for (const { listener, isOnce } of this.#listeners.get(event.type) ?? []) {
        if (isOnce) this.removeEventListener(event.type, listener);
        if (typeof listener === 'function') listener.call(this, event);
        else listener.handleEvent(event);
      }
      this[`on${event.type}`]?.(event);
      return true;
    }
  }

  class AbortSignal extends EventTarget {
    aborted = false;
    reason = undefined;

    throwIfAborted() {
      if (this.aborted) throw this.reason;
    }

    static abort(reason) {
      const controller = new AbortController();
      controller.abort(reason);
      return controller.signal;
    }

    static timeout(milliseconds) {
      const controller = new AbortController();
      const error = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
      setTimeout(() => controller.abort(error), milliseconds);
      return controller.signal;
    }

    static any(signals) {
      const controller = new AbortController();
      for (const signal of signals) {
        if (signal.aborted) controller.abort(signal.reason);
        else signal.addEventListener('abort', () => controller.abort(signal.reason));
      }
      return controller.signal;
    }
  }

  class AbortController {
    signal = new AbortSignal();

    abort(reason = new DOMException('This operation was aborted', 'AbortError')) {
      if (this.signal.aborted) return;
      this.signal.aborted = true;
      this.signal.reason = reason;
      this.signal.dispatchEvent(new Event('abort'));
    }
  }

  const PARTS = 'href protocol username password host hostname port pathname search hash'.split(' ');

  class URL {
    #parts;
    #query;

    constructor(text, base) {
      this.#parse('new', String(text), base === undefined ? undefined : String(base));
      this.#query = new URLSearchParams(this.#parts.search);
      this.#query.onChange = () => this.#parse('search', this.#parts.href, this.#query.toString());
    }

    #parse(part, text, value) {
      this.#parts = JSON.parse(host('url', JSON.stringify([part, text, value])));
    }

    get searchParams() {
      return this.#query;
    }

    get origin() {
      return this.#parts.origin;
    }

    toString() {
      return this.#parts.href;
    }

    toJSON() {
      return this.#parts.href;
    }

    static {
      for (const part of PARTS) {
        Object.defineProperty(URL.prototype, part, {
          enumerable: true,
          configurable: true,
          get() {
            return this.#parts[part];
          },
          set(value) {
            this.#parse(part, this.#parts.href, String(value));
            this.#query.replace(this.#parts.search);
          },
        });
      }
    }

    static canParse(text, base) {
      return URL.parse(text, base) !== null;
    }

    static parse(text, base) {
      try {
        return new URL(text, base);
      } catch {
        return null;
      }
    }
  }

  /** Pairs of names and values, in order: query strings, headers and forms. */
  class Pairs {
    list = [];

    constructor() {
      Object.defineProperty(this, 'list', { enumerable: false });
    }

    fill(init) {
      if (init === undefined || init === null) return;
      const pairs = typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init);
      for (const [name, value] of pairs) this.append(name, value);
    }

    key(name) {
      return String(name);
    }

    value(value) {
      return String(value);
    }

    append(name, value) {
      this.list.push([this.key(name), this.value(value)]);
      this.changed();
    }

    delete(name) {
      const key = this.key(name);
      this.list.splice(0, this.list.length, ...this.list.filter(([other]) => other !== key));
      this.changed();
    }

    get(name) {
      const key = this.key(name);
      return this.list.find(([other]) => other === key)?.[1] ?? null;
    }

    getAll(name) {
      const key = this.key(name);
      return this.list.filter(([other]) => other === key).map(([, value]) => value);
    }

    has(name) {
      return this.getAll(name).length > 0;
    }

    set(name, value) {
      const key = this.key(name);
      const index = this.list.findIndex(([other]) => other === key);
      if (index < 0) return this.append(name, value);
      const rest = this.list.filter(([other], at) => at === index || other !== key);
      this.list.splice(0, this.list.length, ...rest);
      this.list[index] = [key, this.value(value)];
      return this.changed();
    }

    changed() {}

    forEach(callback, target) {
      for (const [name, value] of this) callback.call(target, value, name, this);
    }

    *keys() {
      for (const [name] of this) yield name;
    }

    *values() {
      for (const [, value] of this) yield value;
    }

    *entries() {
      yield* this.list.map((pair) => [...pair]);
    }

    [Symbol.iterator]() {
      return this.entries();
    }
  }

  const encoded = (text) =>
    encodeURIComponent(text.toWellFormed()).replace(/[!'()~]|%20/g, (found) =>
      found === '%20' ? '+' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
    );

  function decoded(text) {
    const plain = text.replaceAll('+', ' ');
    try {
      return decodeURIComponent(plain);
    } catch {
      return plain;
    }
  }

  class URLSearchParams extends Pairs {
    constructor(init) {
      super();
      Object.defineProperty(this, 'onChange', { writable: true, enumerable: false });
      if (typeof init === 'string') this.replace(init);
      else this.fill(init);
    }

    replace(text) {
      const pairs = text.replace(/^\?/, '').split('&').filter(Boolean);
      this.list.splice(
        0,
        this.list.length,
        ...pairs.map((pair) => {
          const at = pair.indexOf('=');
          return at < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
        }),
      );
    }

    changed() {
      this.onChange?.();
    }

    get size() {
      return this.list.length;
    }

    sort() {
      this.list.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
      this.changed();
    }

    toString() {
      return this.list.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
    }
  }

  class Headers extends Pairs {
    constructor(init) {
      super();
      this.fill(init);
    }

    key(name) {
      const text = String(name).toLowerCase();
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(text)) throw new TypeError('Invalid header name');
      return text;
    }

    value(value) {
      const text = String(value).trim();
      if (/[\r\n\0]/.test(text)) throw new TypeError('Invalid header value');
      return text;
    }

    get(name) {
      const values = this.getAll(name);
      return values.length === 0 ? null : values.join(', ');
    }

    getSetCookie() {
      return this.getAll('set-cookie');
    }

    *entries() {
      for (const name of [...new Set(this.list.map(([key]) => key))].sort()) yield [name, this.get(name)];
    }
  }

  class TextEncoder {
    encoding = 'utf-8';

    encode(text = '') {
      return new Uint8Array(host('encode', JSON.stringify(String(text).toWellFormed())));
    }
  }

  class TextDecoder {
    #id;

    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
      this.#id = host('decoder', JSON.stringify([String(label), fatal === true, ignoreBOM === true]));
      this.encoding = String(label).toLowerCase();
      this.fatal = fatal;
    }

    decode(data = new ArrayBuffer(0), { stream = false } = {}) {
      return JSON.parse(host('decode', this.#id, bytesOf(data), stream ? 1 : 0));
    }
  }

  class Blob {
    #bytes;

    constructor(parts = [], { type = '' } = {}) {
      this.#bytes = concatenated(parts.map(rawBytes));
      this.type = String(type).toLowerCase();
      this.size = this.#bytes.byteLength;
    }

    static bytesOf(blob) {
      return blob.#bytes;
    }

    async arrayBuffer() {
      return this.#bytes.slice().buffer;
    }

    async bytes() {
      return this.#bytes.slice();
    }

    async text() {
      return new TextDecoder().decode(this.#bytes);
    }

    slice(start, end, type) {
      return new Blob([this.#bytes.slice(start, end)], { type });
    }
  }

  class File extends Blob {
    constructor(parts, name, options = {}) {
      super(parts, options);
      this.name = String(name);
      this.lastModified = options.lastModified ?? Date.now();
    }
  }

  class FormData extends Pairs {
    value(value) {
      return value instanceof Blob ? value : String(value);
    }

    append(name, value, filename) {
      const isNamed = value instanceof Blob && filename !== undefined;
      super.append(name, isNamed ? new File([value], filename, { type: value.type }) : value);
    }
  }

  function rawBytes(value) {
    if (value instanceof Blob) return Blob.bytesOf(value);
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new Uint8Array(bytesOf(value));
    return new TextEncoder().encode(value);
  }

  function concatenated(chunks) {
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    return bytes;
  }

  const attribute = (text) => text.replace(/[\r\n"]/g, (found) => encodeURIComponent(found));

  /** A form may be written more than once. */
  const boundaries = new WeakMap();

  function multipart(form) {
    const boundary = boundaries.get(form) ?? `----confab${host('uuid').replaceAll('-', '')}`;
    boundaries.set(form, boundary);
    const parts = form.list.flatMap(([name, value]) => {
      const file = value instanceof Blob ? `; filename="${attribute(value.name ?? 'blob')}"` : '';
      const type = file ? `\r\nContent-Type: ${value.type || 'application/octet-stream'}` : '';
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${attribute(name)}"${file}${type}\r\n\r\n`;
      return [head, value, '\r\n'];
    });
    return [concatenated([...parts, `--${boundary}--\r\n`].map(rawBytes)), `multipart/form-data; boundary=${boundary}`];
  }

  /** Bytes of a body and its content type. */
  function encodedBody(body) {
    if (typeof body === 'string') return [rawBytes(body), 'text/plain;charset=UTF-8'];
    if (body instanceof URLSearchParams)
      return [rawBytes(String(body)), 'application/x-www-form-urlencoded;charset=UTF-8'];
    if (body instanceof FormData) return multipart(body);
    if (body instanceof Blob) return [rawBytes(body), body.type];
    if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return [rawBytes(body), ''];
    return [rawBytes(String(body)), 'text/plain;charset=UTF-8'];
  }

  /** A stream of bytes that is read once. */
  class ReadableStream {
    #chunks;
    locked = false;

    constructor(chunks) {
      this.#chunks = chunks[Symbol.asyncIterator]?.() ?? chunks[Symbol.iterator]();
    }

    getReader() {
      this.locked = true;
      return {
        read: async () => {
          const { done, value } = await this.#chunks.next();
          return done ? { done: true, value: undefined } : { done: false, value };
        },
        cancel: async () => void (await this.#chunks.return?.()),
        releaseLock: () => void (this.locked = false),
        closed: Promise.resolve(),
      };
    }

    async cancel() {
      await this.#chunks.return?.();
    }

    [Symbol.asyncIterator]() {
      return this.#chunks;
    }
  }

  /** What requests and responses have in common. */
  class Body {
    #stream;
    bodyUsed = false;

    constructor(source, headers) {
      Object.defineProperty(this, 'source', { value: source ?? null, enumerable: false, writable: true });
      this.headers = headers;
    }

    get body() {
      if (this.source === null) return null;
      this.#stream ??= new ReadableStream(this.chunks());
      return this.#stream;
    }

    async *chunks() {
      this.use();
      if (isRemote(this.source)) {
        yield* remoteChunks(this.source);
      } else if (isIterable(this.source)) {
        for await (const chunk of this.source) yield rawBytes(chunk);
      } else yield encodedBody(this.source)[0];
    }

    use() {
      if (this.bodyUsed) throw new TypeError('Body is unusable: Body has already been read');
      this.bodyUsed = true;
    }

    async #read(form) {
      if (isRemote(this.source)) {
        this.use();
        return request('body', { id: this.source.remote, form });
      }
      const bytes = this.source === null ? (this.use(), new Uint8Array(0)) : await this.#all();
      return form === 'text' ? new TextDecoder().decode(bytes) : host('toBase64', bytesOf(bytes));
    }

    async #all() {
      const chunks = [];
      for await (const chunk of this.chunks()) chunks.push(chunk);
      return concatenated(chunks);
    }

    text() {
      return this.#read('text');
    }

    async json() {
      return JSON.parse(await this.text());
    }

    async arrayBuffer() {
      return host('fromBase64', await this.#read('base64'));
    }

    async bytes() {
      return new Uint8Array(await this.arrayBuffer());
    }

    async blob() {
      return new Blob([await this.arrayBuffer()], { type: this.headers.get('content-type') ?? '' });
    }

    /** The text line by line, as it arrives. */
    async *lines() {
      const decoder = new TextDecoder();
      let rest = '';
      for await (const chunk of this.body ?? []) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = lines.pop();
        for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      rest += decoder.decode();
      if (rest !== '') yield rest;
    }
  }

  /** The content type that a body brings with it. */
  const typeOf = (body) => (body === null || isRemote(body) || isIterable(body) ? '' : encodedBody(body)[1]);

  const isRemote = (source) => typeof source?.remote === 'number';
  const isIterable = (source) =>
    typeof source === 'object' &&
    !(source instanceof URLSearchParams || source instanceof FormData) &&
    (typeof source[Symbol.asyncIterator] === 'function' ||
      (typeof source[Symbol.iterator] === 'function' && !ArrayBuffer.isView(source)));

  async function* remoteChunks({ remote, signal }) {
    try {
      for (;;) {
        const chunk = await request('chunk', { id: remote }, signal);
        if (chunk === null) return;
        yield new Uint8Array(host('fromBase64', chunk));
      }
    } finally {
      host('close', remote);
    }
  }

  const DEFAULTS = { method: 'GET', redirect: 'follow', source: null };

  class Request extends Body {
    constructor(input, init = {}) {
      const base = input instanceof Request ? input : { ...DEFAULTS, url: new URL(String(input)).href };
      const { body = base.source, headers = base.headers } = init;
      super(body, new Headers(headers));
      const { method = base.method, redirect = base.redirect, signal = base.signal } = init;
      Object.assign(this, { url: base.url, method: String(method).toUpperCase(), redirect, signal });
      if (this.source !== null && ['GET', 'HEAD'].includes(this.method)) {
        throw new TypeError('Request with GET/HEAD method cannot have body.');
      }
    }

    clone() {
      return new Request(this);
    }
  }

  class Response extends Body {
    constructor(body = null, { status = 200, statusText = '', headers } = {}) {
      if (!Number.isInteger(status) || status < 200 || status > 599) throw new RangeError('Invalid status');
      super(body, new Headers(headers));
      Object.assign(this, { status, statusText, ok: status <= 299, redirected: false, url: '', type: 'default' });
      const type = typeOf(body);
      if (type && !this.headers.has('content-type')) this.headers.set('content-type', type);
    }

    clone() {
      if (isRemote(this.source)) throw new TypeError('A response of fetch cannot be cloned in the sandbox');
      return new Response(this.source, this);
    }

    static json(data, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(JSON.stringify(data), { ...init, headers });
    }

    static error() {
      return Object.assign(new Response(), { type: 'error', status: 0, ok: false });
    }

    static redirect(url, status = 302) {
      return new Response(null, { status, headers: { location: String(url) } });
    }
  }

  /** The body as base64; its content type becomes a header unless there is one. */
  async function sentBody(asked) {
    if (asked.source === null) return null;
    const type = typeOf(asked.source);
    const bytes = isIterable(asked.source) ? await asked.bytes() : encodedBody(asked.source)[0];
    if (type && !asked.headers.has('content-type')) asked.headers.set('content-type', type);
    return host('toBase64', bytesOf(bytes));
  }

  const BODILESS = [204, 205, 304];

  async function fetch(input, init) {
    const asked = new Request(input, init);
    const { url, method, redirect, signal } = asked;
    signal?.throwIfAborted();
    const body = await sentBody(asked);
    const found = await request('fetch', { url, method, redirect, headers: asked.headers.list, body }, signal);
    const { status, statusText, redirected } = found;
    const hasBody = method !== 'HEAD' && !BODILESS.includes(status);
    if (!hasBody) host('close', found.id);
    const response = new Response(
      hasBody ? { remote: found.id, signal } : null,
      found.headers && { headers: found.headers },
    );
    return Object.assign(response, {
      status,
      statusText,
      redirected,
      ok: status >= 200 && status <= 299,
      url: found.url,
    });
  }

  const is = (type) => (value) => value instanceof type;

  const CLONERS = [
    [is(Date), (value) => new Date(value)],
    [is(RegExp), (value) => new RegExp(value.source, value.flags)],
    [is(ArrayBuffer), (value) => value.slice()],
    [ArrayBuffer.isView, (value) => new value.constructor(bytesOf(value))],
    [is(Error), (value) => Object.assign(new Error(value.message), { name: value.name })],
    [is(Map), () => new Map(), (map, copy, value) => value.forEach((item, key) => map.set(copy(key), copy(item)))],
    [is(Set), () => new Set(), (set, copy, value) => value.forEach((item) => set.add(copy(item)))],
    [is(Array), () => [], (list, copy, value) => value.forEach((item) => list.push(copy(item)))],
    [
      () => true,
      () => ({}),
      (target, copy, value) => Object.keys(value).forEach((key) => define(target, key, copy(value[key]))),
    ],
  ];

  function define(target, name, value) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
  }

  function structuredClone(value, _options, seen = new Map()) {
    if (typeof value === 'function' || typeof value === 'symbol') {
      throw new DOMException(`${library('inspect').plainText(value)} could not be cloned.`, 'DataCloneError');
    }
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const [, make, finish] = CLONERS.find(([isOf]) => isOf(value));
    const target = make(value);
    seen.set(value, target);
    finish?.(target, (item) => structuredClone(item, undefined, seen), value);
    return target;
  }

  return {
    ...{ DOMException, Event, EventTarget, AbortSignal, AbortController, URL, URLSearchParams, Headers },
    ...{ TextEncoder, TextDecoder, Blob, File, FormData, ReadableStream, Request, Response, fetch, structuredClone },
  };
});
