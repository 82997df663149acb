import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame } from '../../src/modules/sandbox/process/frames';
import type { ExchangeHandlers } from '../../src/modules/sandbox/process/exchange';
import { SandboxProcess } from '../../src/modules/sandbox/process/sandbox-process';
import { Watchdog } from '../../src/modules/sandbox/process/watchdog';

const watchdog = new Watchdog();
const directory = mkdtempSync(join(tmpdir(), 'hostile-'));
const processes: SandboxProcess[] = [];

afterEach(() => processes.splice(0).forEach((each) => each.fail('crash')));
afterAll(() => {
  watchdog.close();
  rmSync(directory, { recursive: true });
});

let files = 0;

/** A process that sends these bytes, whatever it is asked. */
function sending(bytes: Uint8Array, then = 'exec sleep 600'): SandboxProcess {
  const file = join(directory, String(files++));
  writeFileSync(file, bytes);
  const start = { command: '/bin/sh', args: ['-c', `cat "$0" >&3; ${then}`, file] };
  const made = new SandboxProcess(start, { output: 1000, frame: 5000, start: 1e9, directory }, watchdog);
  processes.push(made);
  return made;
}

const request = (own: SandboxProcess, handlers: Partial<ExchangeHandlers> = {}) =>
  own.exchange({ op: 'call' }, () => '{}', { wall: 1e9, ...handlers }).result;

const header = (head: number, payload: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(head, 0);
  bytes.writeUInt32LE(payload, 4);
  return bytes;
};
const raw = (head: string, payload = '') =>
  Buffer.concat([header(head.length, payload.length), Buffer.from(head + payload)]);
const done = (text: string) => encodeFrame({ type: 'done', id: 1 }, text);
const many = (count: number, frame: (index: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => frame(index)));

const FRAMES: [name: string, bytes: Buffer, failure: string][] = [
  ['a head of 4 GB', header(0xffffffff, 0), 'crash'],
  ['a payload of 4 GB', header(2, 0xffffffff), 'output'],
  ['a payload beyond the limit', header(2, 5001), 'output'],
  ['a head that is no JSON', raw('{'), 'crash'],
  ['a head that is no object', raw('[]'), 'crash'],
  ['a head without the length of its JSON', raw('{"type":"ready"}'), 'crash'],
  ['JSON beyond its payload', raw('{"type":"done","id":1,"json":9}', '{}'), 'crash'],
  ['a negative length', raw('{"type":"done","id":1,"json":-1}', '{}'), 'crash'],
  ['a deep head', raw('['.repeat(30_000)), 'crash'],
  ['an unknown type', encodeFrame({ type: 'exit' }), 'crash'],
  ['the type __proto__', encodeFrame({ type: '__proto__' }), 'crash'],
  ['the type constructor', encodeFrame({ type: 'constructor' }), 'crash'],
  ['the type __defineGetter__', encodeFrame({ type: '__defineGetter__' }), 'crash'],
  ['a type that is a list', encodeFrame({ type: ['done'], id: 1 }), 'crash'],
  ['a result of an unknown call', encodeFrame({ type: 'done', id: 99 }, '{"ok":1}'), 'crash'],
  ['a result of the call "1"', encodeFrame({ type: 'done', id: '1' }, '{"ok":1}'), 'crash'],
  ['a result of the call 1.5', encodeFrame({ type: 'done', id: 1.5 }, '{"ok":1}'), 'crash'],
  ['a result that is no JSON', done('{"ok":'), 'crash'],
  ['a result that is no envelope', done('[]'), 'crash'],
  ['a deep result', done(`{"ok":${'['.repeat(300)}${']'.repeat(300)}}`), 'crash'],
  ['a result beyond the limit', done(`{"ok":"${'x'.repeat(1000)}"}`), 'output'],
  ['a failure that processes do not report', done('{"error":{"failure":"busy"}}'), 'crash'],
  ['a failure that is a key of all objects', done('{"error":{"failure":"constructor"}}'), 'crash'],
  ['a limit that it decides itself', done('{"error":{"failure":"timeout"}}'), 'crash'],
  ['a reply to no probe', encodeFrame({ type: 'free', n: 1 }), 'crash'],
  ['a request without a number', encodeFrame({ type: 'host', call: 1, op: 'emit' }, '{}'), 'crash'],
  ['a request of an unknown call', encodeFrame({ type: 'host', call: 2, n: 1, op: 'emit' }, '{}'), 'crash'],
  ['a request whose operation is an object', encodeFrame({ type: 'host', call: 1, n: 1, op: {} }, '{}'), 'crash'],
  ['65 requests at once', many(65, (n) => encodeFrame({ type: 'host', call: 1, n, op: 'x' }, '{}')), 'output'],
  ['10,001 lines', many(10_001, () => encodeFrame({ type: 'log', call: 1, level: 'info' }, 'x')), 'output'],
  ['lines of no call', many(10_001, () => encodeFrame({ type: 'log', call: 0, level: 'info' }, 'x')), 'output'],
  ['that it uses too much memory', encodeFrame({ type: 'exceeded', what: 'memory' }), 'memory'],
];

describe('a process that sends', () => {
  it.each(FRAMES)('%s is ended', async (_name, bytes, failure) => {
    const own = sending(bytes);
    const never = { serve: () => new Promise<never>(() => undefined) };
    await expect(request(own, never)).rejects.toMatchObject({ name: 'SandboxError', failure });
    expect(own.isDead).toBe(true);
    await expect(request(own)).rejects.toMatchObject({ failure });
  });

  it('part of a message, and ends, fails its calls', async () => {
    await expect(request(sending(header(10, 10), 'exit 0'))).rejects.toMatchObject({ failure: 'crash' });
  });

  it('endless errors is ended', async () => {
    const own = sending(Buffer.alloc(0), 'exec yes x >&2');
    await expect(request(own)).rejects.toMatchObject({ failure: 'output' });
  });
});

describe('a result', () => {
  it('that names prototypes does not change them', async () => {
    const text =
      '{"ok":{"__proto__":{"polluted":1},"\\u005f_proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
    const result = await request(sending(done(text)));
    expect([Object.getPrototypeOf(result), ({} as Record<string, unknown>)['polluted']]).toEqual([
      Object.prototype,
      undefined,
    ]);
    expect((result as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('counts once; what comes for the call later is dropped or refused', async () => {
    const late = encodeFrame({ type: 'host', call: 1, n: 1, op: 'emit' }, '{}');
    const served: string[] = [];
    const own = sending(Buffer.concat([done('{"ok":1}'), done('{"ok":2}'), late, encodeFrame({ type: 'ready' })]));
    const serve = ({ op }: { op: string }) => Promise.resolve({ text: String(served.push(op)) });
    expect(await request(own, { serve })).toBe(1);
    await own.ready;
    expect([served, own.isDead]).toEqual([[], false]);
  });
});
