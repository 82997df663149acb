import { Buffer } from 'node:buffer';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';

const MAX_RANDOM = 65_536;
const MAX_DECODERS = 1000;
const DIGESTS = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
const URL_PARTS = [
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
  'href',
];
const INTL = {
  NumberFormat: ['format', 'formatToParts', 'resolvedOptions'],
  DateTimeFormat: ['format', 'formatToParts', 'resolvedOptions'],
  RelativeTimeFormat: ['format', 'formatToParts', 'resolvedOptions'],
  ListFormat: ['format', 'formatToParts', 'resolvedOptions'],
  PluralRules: ['select', 'resolvedOptions'],
  DisplayNames: ['of', 'resolvedOptions'],
  Collator: ['compare', 'resolvedOptions'],
};

/**
 * What the code inside a machine may ask of the process: pure functions, and the machine's own requests, timers and
 * results. Values are strings, numbers and buffers; whatever their form says, they are not trusted.
 */
export function services(machine, library) {
  const { context } = machine;
  const decoders = [];
  const text = (handle) => {
    if (context.typeof(handle) !== 'string') throw new TypeError('Not a string');
    return context.getString(handle);
  };
  const number = (handle) => context.getNumber(handle);
  const json = (handle) => JSON.parse(text(handle));
  const bytes = (handle) => context.getArrayBuffer(handle).value;
  const string = (value) => context.newString(value);
  const asJson = (value) => string(JSON.stringify(value) ?? 'null');
  const buffer = (value) => context.newArrayBuffer(Uint8Array.from(value).buffer);
  const id = (value) => context.newNumber(value);

  return {
    request: (kind, payload) => {
      const name = text(kind);
      // Bodies of requests have a limit of their own.
      const value = name === 'fetch' ? text(payload) : machine.checkOutput(text(payload));
      return id(machine.request(name, JSON.parse(value)));
    },
    cancel: (handle) => machine.requests.cancel(number(handle)),
    close: (handle) => machine.options.close?.(number(handle)),
    timer: (delay) => id(machine.addTimer(number(delay))),
    clear: (handle) => machine.clearTimer(number(handle)),
    done: (result) => machine.resolve(JSON.parse(machine.checkOutput(text(result)))),
    fail: (failure, error) =>
      machine.reject(errorFields(json(error)), text(failure) === 'source' ? 'source' : 'raised'),
    print: (stream, value) => machine.options.print(text(stream), String(json(value))),
    library: (name) => string(library(text(name))),
    now: () => id(performance.now()),
    timeOrigin: () => id(performance.timeOrigin),
    uuid: () => string(randomUUID()),
    random: (size) => buffer(randomBytes(Math.min(MAX_RANDOM, Math.max(0, Math.trunc(number(size)) || 0)))),
    digest: (algorithm, data) =>
      buffer(
        createHash(known(DIGESTS, text(algorithm).toUpperCase()))
          .update(bytes(data))
          .digest(),
      ),
    encode: (value) => buffer(Buffer.from(String(json(value)))),
    decoder: (options) => id(decoders.push(decoderOf(json(options), decoders.length)) - 1),
    decode: (handle, data, isStream) =>
      asJson(decoders[number(handle)].decode(bytes(data), { stream: number(isStream) === 1 })),
    toBase64: (data) => string(Buffer.from(bytes(data)).toString('base64')),
    fromBase64: (value) => buffer(Buffer.from(text(value), 'base64')),
    btoa: (value) => string(Buffer.from(latin1(String(json(value))), 'latin1').toString('base64')),
    atob: (value) => asJson(fromBase64(String(json(value)))),
    url: (value) => asJson(urlOf(json(value))),
    intl: (value) => asJson(formatted(json(value))),
  };
}

/** An own entry of a table: names come from inside. */
function known(table, name) {
  if (!Object.hasOwn(table, name)) throw new TypeError(`${String(name).slice(0, 50)} is not supported`);
  return table[name];
}

function errorFields(value) {
  const { name, message, stack } = typeof value === 'object' && value !== null ? value : {};
  return { name: String(name ?? ''), message: String(message ?? ''), stack: String(stack ?? '') };
}

function decoderOf([label, fatal, ignoreBOM], count) {
  if (count >= MAX_DECODERS) throw new RangeError('Too many decoders');
  return new TextDecoder(String(label), { fatal: fatal === true, ignoreBOM: ignoreBOM === true });
}

function latin1(value) {
  for (let index = 0; index < value.length; index += 1) {
    if (value.charCodeAt(index) > 255) throw new RangeError('The text holds characters outside of Latin1');
  }
  return value;
}

function fromBase64(value) {
  const plain = value.replace(/[\t\n\f\r ]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.length % 4 === 1) throw new TypeError('Invalid base64');
  return Buffer.from(plain, 'base64').toString('latin1');
}

/** `[part, address, value]`: an address with one part changed; `new` resolves the address against the value. */
function urlOf([part, address, value]) {
  const url = part === 'new' ? parsed(address, value ?? undefined) : parsed(address);
  if (part !== 'new' && URL_PARTS.includes(part)) url[part] = value;
  return Object.fromEntries([...URL_PARTS, 'origin'].map((name) => [name, url[name]]));
}

function parsed(address, base) {
  try {
    return new URL(address, base);
  } catch {
    throw new TypeError('Invalid URL');
  }
}

function formatted({ kind, locales, options, method, values }) {
  if (!known(INTL, kind).includes(method) || !Array.isArray(values)) throw new TypeError('Not supported');
  return new Intl[kind](locales ?? undefined, options ?? undefined)[method](...values);
}

/** What the code inside may see of an error: its kind and text, never an object or a stack of the process. */
export function hostErrorOf(error) {
  const name = ['TypeError', 'RangeError'].includes(error?.name) ? error.name : 'Error';
  return { name, message: String(error?.message ?? error).slice(0, 500) };
}
