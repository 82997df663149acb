/**
 * The inside of a sandbox process: frames to and from the server, and the functions that running code may call. It runs
 * as it is, without a build, next to code that may be hostile; the server trusts nothing of what it sends.
 *
 * A frame is two lengths (32 bits each, little endian), a JSON head and a payload. `head.json` is the length of the part of
 * the payload that is JSON text; the rest is bytes.
 */
import fs from 'node:fs';
import process from 'node:process';
import { lockDown } from './lockdown.mjs';

// Copies: the module itself is closed later.
const { read, readSync, writeSync } = fs;

/** File descriptors that the server opened. Responses to blocking calls have a pipe of their own. */
const OUT = 3;
const IN = 4;
const REPLIES = 5;
/** An open file that the runner reads once; closed by the server when there is none. */
export const DATA_FD = 6;

const HEADER = 8;
const CHUNK = 65_536;
/** Requests of one call that the server has at once (it ends a process with more than 64), and that wait for their turn. */
const MAX_OPEN = 48;
const MAX_WAITING = 1000;
/** Bytes of the JSON of one message. The server checks it too. */
const { maxOutput } = JSON.parse(process.argv[3]);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const { parse, stringify } = JSON;
const exit = process.reallyExit.bind(process);
const pause = new Int32Array(new SharedArrayBuffer(4));
const wait = Atomics.wait;

function writeAll(bytes) {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(OUT, bytes, offset, bytes.length - offset);
}

/** Returns when the server's end of the pipe has taken the frame. */
function send(head, text = '', bytes = undefined) {
  sendEncoded(head, encoder.encode(text), bytes);
}

function sendEncoded(head, json, bytes) {
  const encoded = encoder.encode(stringify({ ...head, json: json.length }));
  const header = new Uint8Array(HEADER + encoded.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, encoded.length, true);
  view.setUint32(4, json.length + (bytes?.length ?? 0), true);
  header.set(encoded, HEADER);
  writeAll(header);
  if (json.length > 0) writeAll(json);
  if (bytes?.length > 0) writeAll(bytes);
}

/**
 * Ends the process by the server, with a text for its log: an engine cannot go on. An exit would wait for the thread that
 * reads from the pipe.
 */
export function die(message) {
  send({ type: 'fatal' }, message.slice(0, 900));
  wait(pause, 0, 0);
}

function toFrame(head, payload) {
  const parsed = parse(decoder.decode(head));
  return { ...parsed, text: decoder.decode(payload.subarray(0, parsed.json)), bytes: payload.subarray(parsed.json) };
}

/** Reads exactly `length` bytes, blocking. */
function takeSync(length) {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length;) {
    const count = readSync(REPLIES, bytes, offset, length - offset, null);
    if (count === 0) exit(0);
    offset += count;
  }
  return bytes;
}

function takeFrameSync() {
  const view = new DataView(takeSync(HEADER).buffer);
  const head = takeSync(view.getUint32(0, true));
  return toFrame(head, takeSync(view.getUint32(4, true)));
}

/** Calls back with each frame of the pipe; the process ends with the pipe, which is when the server has died. */
function readFrames(onFrame) {
  let buffered = new Uint8Array(0);
  const chunk = new Uint8Array(CHUNK);
  const next = () => read(IN, chunk, 0, CHUNK, null, onRead);
  const onRead = (error, count) => {
    if (error?.code === 'EAGAIN') return setTimeout(next, 1);
    if (error || count === 0) return exit(0);
    const joined = new Uint8Array(buffered.length + count);
    joined.set(buffered);
    joined.set(chunk.subarray(0, count), buffered.length);
    buffered = joined;
    for (let frame = shift(); frame; frame = shift()) onFrame(frame);
    next();
  };
  const shift = () => {
    if (buffered.length < HEADER) return undefined;
    const view = new DataView(buffered.buffer, buffered.byteOffset);
    const headEnd = HEADER + view.getUint32(0, true);
    const end = headEnd + view.getUint32(4, true);
    if (buffered.length < end) return undefined;
    const frame = toFrame(buffered.subarray(HEADER, headEnd), buffered.slice(headEnd, end));
    buffered = buffered.subarray(end);
    return frame;
  };
  next();
}

let asked = 0;
const pending = new Map();

function toReply({ error, text, bytes, ...head }) {
  if (error) throw new Error(stringify(error));
  return { text, bytes, head };
}

const refusal = (failure, message) => new Error(stringify({ failure, message }));

/** @throws Error for a value beyond the limit. */
function encodeValue(text) {
  const json = encoder.encode(text);
  if (json.length > maxOutput) throw refusal('too-large', 'The value is larger than allowed');
  return json;
}

/** By call: the number of its requests under way, and what starts the next ones. */
const turns = new Map();

/** Runs `start` at once, or when an earlier request of the call has its reply. */
function inTurn(call, start) {
  const own = turns.get(call) ?? { open: 0, waiting: [] };
  turns.set(call, own);
  if (own.waiting.length >= MAX_WAITING) throw refusal('quota', 'Too many requests at the same time');
  own.open += 1;
  const started = own.open <= MAX_OPEN ? start() : new Promise((resolve) => void own.waiting.push(resolve)).then(start);
  return started.finally(() => {
    own.open -= 1;
    own.waiting.shift()?.();
    if (own.open === 0) turns.delete(call);
  });
}

/** Asks the server and returns a promise of its reply. */
async function ask(call, op, text, bytes, options) {
  const json = encodeValue(text);
  const reply = await inTurn(
    call,
    () =>
      new Promise((resolve) => {
        const n = ++asked;
        pending.set(n, resolve);
        sendEncoded({ type: 'host', n, call, op, ...options }, json, bytes);
      }),
  );
  return toReply(reply);
}

/** The same, but the whole process waits. */
function askSync(call, op, text, bytes, options) {
  const n = ++asked;
  sendEncoded({ type: 'host', n, call, op, isSync: true, ...options }, encodeValue(text), bytes);
  return toReply(takeFrameSync());
}

const bytesOf = (body) => (body === undefined || body === null ? undefined : new Uint8Array(body));

/** The operations in their two forms: `name` returns a promise, `nameSync` blocks the process. */
function pairsOf(make) {
  const pairs = Object.create(null);
  for (const [suffix, request, then] of [
    ['', ask, (promise, convert) => promise.then(convert)],
    ['Sync', askSync, (reply, convert) => convert(reply)],
  ])
    for (const [name, operation] of Object.entries(make(request, then))) pairs[name + suffix] = operation;
  return pairs;
}

/**
 * Functions for the code inside. `call` is the number of the call that they belong to. Values are JSON texts.
 * Errors are thrown with a JSON message `{failure, message}`.
 */
function textHost() {
  const textOf = (reply) => reply.text;
  const nothing = () => undefined;
  const operations = pairsOf((request, then) => ({
    emit: (call, event) => then(request(call, 'emit', event), nothing),
    ask: (call, event) => then(request(call, 'ask', event), textOf),
    callTool: (call, name, args) => then(request(call, 'callTool', args, undefined, { name }), textOf),
    complete: (call, body) => then(request(call, 'complete', body), textOf),
    fetch: (call, meta, body) =>
      then(request(call, 'fetch', meta, bytesOf(body)), ({ text, bytes }) => ({ meta: text, body: bytes })),
    read: (call, stream) =>
      then(request(call, 'read', '', undefined, { stream }), ({ head, bytes }) => (head.isEnd ? null : bytes)),
    close: (call, stream) => then(request(call, 'close', '', undefined, { stream }), nothing),
    stream: (call) => then(request(call, 'stream', ''), nothing),
    item: (call, item) => then(request(call, 'item', item), ({ head }) => head.isWanted === true),
  }));
  return Object.assign(operations, {
    log: (call, level, text) => send({ type: 'log', call, level: String(level) }, String(text).slice(0, 8192)),
    exceeded: (call, what) => {
      send({ type: 'exceeded', call, what: String(what) });
      wait(pause, 0, 0);
    },
    sleep: (call, seconds) => new Promise((resolve) => void setTimeout(resolve, Number(seconds) * 1000)),
    sleepSync: (seconds) => void wait(pause, 0, 0, Number(seconds) * 1000),
  });
}

/** The same with values in place of JSON texts. */
function valueHost() {
  const texts = textHost();
  const valueOf = (text) => (text === '' ? undefined : parse(text));
  return Object.assign(Object.create(null), texts, {
    emit: (call, event) => texts.emit(call, stringify(event)),
    ask: (call, event) => texts.ask(call, stringify(event)).then(valueOf),
    callTool: (call, name, args) => texts.callTool(call, name, stringify(args)).then(valueOf),
    complete: (call, body) => texts.complete(call, stringify(body)).then(valueOf),
    fetch: (call, meta, body) =>
      texts.fetch(call, stringify(meta), body).then((reply) => ({ meta: parse(reply.meta), body: reply.body })),
    item: (call, item) => texts.item(call, stringify(item)),
  });
}

const OVERSIZED = encoder.encode(
  stringify({
    error: { failure: 'output', message: 'The code produced more output than allowed.', isContained: true },
  }),
);
const OPERATIONS = new Set(['describe', 'parseValves', 'call', 'run', 'open', 'close']);

/**
 * Locks the process down and serves the server's requests. `connect(host)` is called once and returns the runtime:
 * `describe(text)`, `parseValves(text)`, `call(text)`, `run(text)`, `open(text)` and `close(text)` of instances, which take
 * and return JSON texts (or promises of them), `cancel(call)`, and `install(head, text, bytes)` for files.
 */
export async function serveTexts(connect) {
  lockDown();
  const runtime = await connect(textHost());
  const work = async ({ id, op, text, bytes, ...head }) => {
    let result;
    try {
      result = OPERATIONS.has(op) ? await runtime[op](text) : await runtime.install(head, text, bytes);
    } catch (error) {
      result = stringify({
        error: {
          failure: 'crash',
          message: 'The code could not be run.',
          details: String(error?.stack ?? error).slice(0, 4000),
        },
      });
    }
    const json = encoder.encode(result ?? '{"ok":null}');
    sendEncoded({ type: 'done', id }, json.length > maxOutput ? OVERSIZED : json);
  };
  readFrames((frame) => {
    if (frame.type === 'reply') settle(frame);
    else if (frame.type === 'request') void work(frame);
    else if (frame.type === 'cancel') runtime.cancel(frame.id);
    else if (frame.type === 'probe') send({ type: 'free', n: frame.n });
  });
  send({ type: 'ready' });
}

function settle(frame) {
  const waiting = pending.get(frame.n);
  pending.delete(frame.n);
  waiting?.(frame);
}

/** As `serveTexts`, for a runtime that takes and returns plain objects. */
export async function serve(runtime) {
  const onText = (operation) => async (text) => stringify(await operation(parse(text)));
  await serveTexts((_texts) => {
    const host = valueHost();
    return {
      describe: onText(({ code, expects }) => runtime.describe(code, expects)),
      parseValves: onText(({ code, expects, which, values }) => runtime.parseValves(code, expects, which, values)),
      call: onText((request) => runtime.call(request, host)),
      run: onText((request) => runtime.run(request, host)),
      open: onText((request) => runtime.open(request, host)),
      close: onText(({ instance }) => runtime.close(instance)),
      cancel: (id) => runtime.cancel(id),
    };
  });
}

/** Sends what a process was started for that only makes a memory snapshot. */
export const sendSnapshot = (bytes) => send({ type: 'snapshot' }, '', bytes);
