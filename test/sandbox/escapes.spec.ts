import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxHost, SandboxLanguage, SandboxSource } from '../../src/modules/sandbox/sandbox.types';
import { closeSandboxes, javascriptTool, openSandbox, pythonTool } from '../support/sandbox';

/** None of these may leave the server. */
const CANARIES = /canary-(?:file|variable|server|valve)/;

const never = new AbortController().signal;
const sandbox = openSandbox({ max_processes: 4, spare_processes: 0, call_seconds: 100_000 });
const directory = mkdtempSync(join(tmpdir(), 'escapes-'));
const file = join(directory, 'secret.txt');
let connections = 0;
const server = createServer((socket) => {
  connections += 1;
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\ncanary-server');
});
const sources = new Map<SandboxLanguage, SandboxSource>();

beforeAll(async () => {
  process.env['CONFAB_CANARY'] = 'canary-variable';
  writeFileSync(file, 'canary-file', { mode: 0o644 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  for (const [language, extension] of [
    ['python', 'py'],
    ['javascript', 'js'],
  ] as const) {
    const code = readFileSync(join(__dirname, `../support/fixtures/escapes/escapes.${extension}`), 'utf8')
      .replace('<file>', file)
      .replace(/["']<port>["']/, String(port));
    sources.set(language, { language, expects: 'tools', code });
  }
});

afterAll(() => {
  delete process.env['CONFAB_CANARY'];
  closeSandboxes();
  server.close();
  rmSync(directory, { recursive: true });
});

afterEach(() => {
  expect(connections).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('canary-file');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

const valves = { secret: 'canary-valve' };

/** What the attack got: `{ value }`, or `{ failure, message }`. */
async function outcomeOf(language: SandboxLanguage, method: string, host: SandboxHost = {}) {
  const source = sources.get(language) as SandboxSource;
  const keyword = { value: JSON.parse('{"__proto__": {"polluted": 1}}') as unknown };
  const call = { source, method, ...(language === 'javascript' && { keyword }) };
  const outcome: unknown = await sandbox.call(call, host, never).catch((error: unknown) => error);
  const { name, failure, message, details } = outcome as Record<string, unknown>;
  const found = name === 'SandboxError' ? { failure, message, details } : outcome;
  expect(JSON.stringify(found)).not.toMatch(CANARIES);
  return found;
}

const raised = (message: string) => ({ failure: 'raised', message: expect.stringContaining(message) as unknown });
const refused = (count: number, text: RegExp): unknown =>
  Array.from({ length: count }, () => expect.stringMatching(text) as unknown);

describe('Python', () => {
  /** Another tool has run before, with the valves of another account. */
  beforeAll(async () => {
    const secretive = pythonTool(
      'class Valves(__import__("pydantic").BaseModel):\n    secret: str = ""\ndef f(self):\n    return len(self.valves.secret)',
    );
    await sandbox.call({ source: secretive, method: 'f', valves }, {}, never);
  });

  it.each<[method: string, expected: unknown]>([
    ['environment', expect.not.arrayContaining(['CONFAB_CANARY', 'NODE_ENV', 'SHELL'])],
    ['directories', ['dev', 'home', 'lib', 'proc', 'tmp']],
    ['file', raised('No such file or directory')],
    ['file_above', raised('No such file or directory')],
    ['descriptors', [false, false, false, false, false]],
    ['snapshot', refused(3, /Bad file descriptor/)],
    ['system', -1],
    ['execute', raised('Exec format error')],
    // The words of Python on a platform without processes.
    ['fork', [expect.stringContaining('not implemented'), expect.stringContaining('TypeError')]],
    ['kill', refused(3, /not permitted/)],
    ['socket', raised('unreachable')],
    ['stream', raised('Sockets are not available here')],
    ['datagram', expect.stringContaining('unreachable')],
    ['urllib', raised('is not on the public internet')],
    ['http_client', raised('is not on the public internet')],
    ['addresses', refused(7, /is not on the public internet$/)],
    ['schemes', [expect.stringContaining('InvalidSchema'), expect.stringContaining('No such file')]],
    ['native_library', [-1, -1]],
    ['native_memory', -1],
    ['foreign_library', raised('could not load dynamic lib')],
    ['javascript_names', refused(8, /^AttributeError/)],
    ['javascript_code', raised('cannot import name')],
    ['javascript_function', raised('Code generation from strings disallowed')],
    ['javascript_async_function', raised('Code generation from strings disallowed')],
    ['javascript_of_host', expect.stringContaining('Code generation from strings disallowed')],
    ['mounted_directory', []],
    ['node_directory', raised('only works in Node')],
    ['node_sockets', expect.any(String)],
    ['fetch_of_interpreter', raised('AbortController')],
    ['package', []],
    ['module', [['HOME'], 'None', []]],
    ['frames', []],
    ['objects', []],
    ['instances', ['{}', 1]],
    ['polluting_result', { constructor: { prototype: { polluted: 1 } }, a: [{}] }],
    ['modules_of_others', []],
  ])('%s', async (method, expected) => {
    const found = await outcomeOf('python', method);
    expect(found).toMatchObject(
      (expected as { failure?: string }).failure ? (expected as object) : { value: expected },
    );
  });

  it('polluting_event', async () => {
    const events: unknown[] = [];
    await outcomeOf('python', 'polluting_event', { emit: (event) => void events.push(event) });
    expect(events).toEqual([{ type: 'status' }]);
    expect(Object.getPrototypeOf(events[0])).toBe(Object.prototype);
  });

  it('foreign_call: the requests of calls that do not exist end the process', async () => {
    expect(await outcomeOf('python', 'foreign_call')).toMatchObject({ failure: 'crash' });
  });

  it('patched_interpreter: other sources have another one', async () => {
    await outcomeOf('python', 'patched_interpreter');
    const other = pythonTool('def f(self):\n    return len([1, 2, 3])');
    expect(await sandbox.call({ source: other, method: 'f' }, {}, never)).toEqual({ kind: 'value', value: 3 });
  });
});

describe('JavaScript', () => {
  beforeAll(async () => {
    const secretive = javascriptTool('export const f = (_args, context) => context.valves?.secret?.length ?? 0;');
    await sandbox.call({ source: secretive, method: 'f', valves }, {}, never);
  });

  it.each<[method: string, expected: unknown]>([
    ['names', []],
    ['constructorChain', 'undefined'],
    ['functionText', 'undefined'],
    ['asyncFunction', 'undefined'],
    ['generatorFunction', 'undefined'],
    ['indirectEval', 'undefined'],
    ['importNode', expect.stringContaining('is not available in the sandbox')],
    ['importFile', expect.stringContaining('is not available in the sandbox')],
    ['importData', expect.stringContaining('is not available in the sandbox')],
    ['importEngine', refused(2, /is not available in the sandbox/)],
    ['requireNode', refused(2, /is not available|not found|not defined/)],
    ['importMeta', []],
    ['hostFunctions', []],
    ['hostConstructor', Array.from({ length: 6 }, () => 'undefined')],
    ['hostError', 'undefined'],
    ['stackFrames', ['string', 'undefined']],
    ['callers', expect.stringContaining('TypeError')],
    ['shared', expect.stringContaining('Error')],
    ['loopback', refused(7, /is not on the public internet$/)],
    ['schemes', refused(4, /^TypeError/)],
    ['headers', expect.stringContaining('Invalid header value')],
    ['pollutingResult', { constructor: { prototype: { polluted: 1 } } }],
    ['pollutingArgument', expect.arrayContaining(['undefined'])],
    ['proxy', {}],
    ['getters', { polluted: 1 }],
    ['stringify', { a: 1 }],
    ['thenable', 'settled'],
    ['symbols', {}],
    ['thrownProxy', { failure: 'raised' }],
    ['thrownGetter', { failure: 'raised' }],
    ['hookedPromise', []],
    ['hookedCall', []],
    ['services', ['1', ...(refused(3, /Error/) as unknown[])]],
    ['leave', 'left'],
    ['find', ['undefined', 'undefined', 'undefined']],
    ['foreignValves', false],
  ])('%s', async (method, expected) => {
    const found = await outcomeOf('javascript', method);
    expect(found).toMatchObject(
      (expected as { failure?: string }).failure ? (expected as object) : { value: expected },
    );
  });

  it('pollutingEvent', async () => {
    const events: unknown[] = [];
    await outcomeOf('javascript', 'pollutingEvent', { emit: (event) => void events.push(event) });
    expect(events).toEqual([{ type: 'status' }]);
    expect(Object.getPrototypeOf(events[0])).toBe(Object.prototype);
  });

  it('serializer: a result of a false kind is no result', async () => {
    expect(await outcomeOf('javascript', 'serializer')).not.toHaveProperty('value');
  });
});
