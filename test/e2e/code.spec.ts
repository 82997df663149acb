import type { Principal } from '../../src/common/auth/principal';
import { CodeInterpreterSettings } from '../../src/modules/code/code.settings';
import { CodeService } from '../../src/modules/code/code.service';
import type { CodeRun } from '../../src/modules/code/code.types';
import { PermissionsService } from '../../src/modules/groups/permissions/permissions.service';
import { SandboxSettings } from '../../src/modules/sandbox/sandbox.settings';
import { SettingsStore } from '../../src/platform/settings/settings-store';
import { startTestApp, type TestApp } from '../support/app';
import { asUser, type TestUser } from '../support/as-user';
import { deferred } from '../support/deferred';
import { FakeJupyterServer, type Cell } from '../support/fakes/jupyter-server';
import { api, type Json } from '../support/http';

const CONFIG = '/api/v1/configs/code_execution';
const EXECUTE = '/api/v1/utils/code/execute';
const FORMAT = '/api/v1/utils/code/format';
const PROHIBITED =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';
const PNG = 'iVBORw0KGgo=';

let app: TestApp;
let jupyter: FakeJupyterServer;
let admin: TestUser;
let user: TestUser;
let pending: TestUser;
let defaults: Json;

beforeAll(async () => {
  jupyter = await FakeJupyterServer.start();
  app = await startTestApp();
  admin = await asUser(app, 'admin');
  user = await asUser(app);
  pending = await asUser(app, 'pending');
  defaults = (await admin.api.get(CONFIG)).body;
});

afterAll(async () => {
  await app.close();
  await jupyter.close();
});

beforeEach(() => jupyter.reset());

const save = (change: Json) => admin.api.post(CONFIG, { ...defaults, ...change });
const execute = async (code: string, by = user) => (await by.api.post(EXECUTE, { code })).body;
const onJupyter = (change: Json = {}) =>
  save({ CODE_EXECUTION_ENGINE: 'jupyter', CODE_EXECUTION_JUPYTER_URL: `${jupyter.url}/`, ...change });

describe('GET and POST /api/v1/configs/code_execution', () => {
  it('returns and stores every key; null is a value', async () => {
    expect(defaults).toEqual({
      ENABLE_CODE_EXECUTION: true,
      CODE_EXECUTION_ENGINE: 'pyodide',
      CODE_EXECUTION_JUPYTER_URL: '',
      CODE_EXECUTION_JUPYTER_AUTH: '',
      CODE_EXECUTION_JUPYTER_AUTH_TOKEN: '',
      CODE_EXECUTION_JUPYTER_AUTH_PASSWORD: '',
      CODE_EXECUTION_JUPYTER_TIMEOUT: 60,
      ENABLE_CODE_INTERPRETER: true,
      CODE_INTERPRETER_ENGINE: 'pyodide',
      CODE_INTERPRETER_PROMPT_TEMPLATE: '',
      CODE_INTERPRETER_JUPYTER_URL: '',
      CODE_INTERPRETER_JUPYTER_AUTH: '',
      CODE_INTERPRETER_JUPYTER_AUTH_TOKEN: '',
      CODE_INTERPRETER_JUPYTER_AUTH_PASSWORD: '',
      CODE_INTERPRETER_JUPYTER_TIMEOUT: 60,
    });
    const change = { CODE_EXECUTION_JUPYTER_URL: null, CODE_INTERPRETER_PROMPT_TEMPLATE: null };
    const { status, body } = await save({ ...change, CODE_INTERPRETER_JUPYTER_TIMEOUT: '7' });
    expect({ status, body }).toEqual({
      status: 200,
      body: { ...defaults, ...change, CODE_INTERPRETER_JUPYTER_TIMEOUT: 7 },
    });
    expect((await admin.api.get(CONFIG)).body).toEqual(body);
    await save({});
  });

  it('masks secrets, keeps them when their mask is sent, and never sends them to another server', async () => {
    const secrets = { CODE_EXECUTION_JUPYTER_AUTH: 'token', CODE_EXECUTION_JUPYTER_AUTH_TOKEN: 'the secret' };
    const { body: shown } = await onJupyter(secrets);
    expect(shown.CODE_EXECUTION_JUPYTER_AUTH_TOKEN).toMatch(/^\*{8}\w+$/);
    expect((await admin.api.post(CONFIG, shown)).body).toEqual(shown);
    await execute('x');
    expect(jupyter.requests[0]?.path).toBe('/api/kernels?token=the%20secret');
    const elsewhere = { ...shown, CODE_EXECUTION_JUPYTER_URL: 'http://127.0.0.1:9', ENABLE_CODE_INTERPRETER: false };
    expect((await admin.api.post(CONFIG, elsewhere)).status).toBe(409);
    expect((await admin.api.get(CONFIG)).body).toEqual(shown);
    await save({});
  });

  it('shows clients where code runs', async () => {
    const shown = async () => {
      const { code, features } = (await user.api.get('/api/config')).body;
      return [code.engine, features.enable_code_execution, features.enable_code_interpreter];
    };
    expect(await shown()).toEqual(['pyodide', true, true]);
    await save({ CODE_EXECUTION_ENGINE: 'sandbox', ENABLE_CODE_INTERPRETER: false });
    expect(await shown()).toEqual(['jupyter', true, false]);
    await save({ ENABLE_CODE_EXECUTION: false });
    expect(await shown()).toEqual(['pyodide', false, true]);
    await save({});
  });

  it('is for administrators, and needs every key', async () => {
    for (const path of [CONFIG]) {
      expect(await user.api.get(path)).toMatchObject({ status: 401, body: { detail: PROHIBITED } });
      expect(await user.api.post(path, defaults)).toMatchObject({ status: 401, body: { detail: PROHIBITED } });
      expect((await api(app.url).get(path)).status).toBe(401);
    }
    const { status, body } = await admin.api.post(CONFIG, { ENABLE_CODE_EXECUTION: true });
    expect(status).toBe(422);
    expect(body.detail).toHaveLength(14);
    expect((await save({ CODE_EXECUTION_JUPYTER_TIMEOUT: -1 })).status).toBe(400);
  });
});

describe('POST /api/v1/utils/code/execute', () => {
  beforeAll(() => onJupyter());
  afterAll(() => save({}));

  it('runs each cell in a kernel of its own, which it deletes', async () => {
    const kernels: string[] = [];
    jupyter.onCell = (cell) => {
      kernels.push(cell.kernel);
      cell.say('execute_result', { data: { 'text/plain': '42' } });
      cell.end();
    };
    expect(await Promise.all([execute('40 + 2'), execute('42'), execute('42', admin)])).toEqual(
      Array.from({ length: 3 }, () => ({ stdout: '', stderr: '', result: '42' })),
    );
    expect(new Set(kernels).size).toBe(3);
    expect(jupyter.kernels.size).toBe(0);
  });

  it('sends one request without input or history tricks', async () => {
    let message: Json;
    jupyter.onCell = (cell) => {
      message = cell.message;
      cell.end();
    };
    await execute('print(1)');
    expect(message).toMatchObject({
      channel: 'shell',
      header: { msg_type: 'execute_request', version: '5.3' },
      content: {
        ...{ code: 'print(1)', silent: false, store_history: true, user_expressions: {} },
        ...{ allow_stdin: false, stop_on_error: true },
      },
    });
  });

  it('collects streams, values and pictures, and leaves out what is not of the cell', async () => {
    jupyter.onCell = (cell) => {
      cell.say('stream', { name: 'stdout', text: ['  a\n', 'b\n'] });
      cell.say('stream', { name: 'stderr', text: 'careful' });
      cell.say('display_data', { data: { 'text/html': '<b>x</b>' } });
      cell.say('display_data', { data: { 'text/plain': 'Figure', 'image/png': `${PNG}\n` } });
      cell.say('error', { traceback: ['\u001b[0;31mTraceback', 'ValueError\u001b[0m: no'] });
      cell.socket.send('{');
      cell.socket.send(Buffer.from('{}'));
      cell.socket.send(JSON.stringify({ parent_header: { msg_id: 'other' }, content: { execution_state: 'idle' } }));
      cell.say('execute_result', { data: { 'text/plain': 'end' } });
      cell.end();
    };
    expect(await execute('x')).toEqual({
      stdout: 'a\nb',
      stderr: 'careful\nTraceback\nValueError: no',
      result: `data:image/png;base64,${PNG}\nend`,
    });
  });

  it('signs in with a password, and proves it with every call', async () => {
    await onJupyter({ CODE_EXECUTION_JUPYTER_AUTH: 'password', CODE_EXECUTION_JUPYTER_AUTH_PASSWORD: 'p&w' });
    let seen: Json;
    jupyter.onCell = (cell) => {
      seen = cell.headers;
      cell.end();
    };
    jupyter.handler = (request) => {
      const { method, path, headers, bytes } = request;
      if (path !== '/login') {
        const isSignedIn = headers.cookie === '_xsrf=second; session=in' && headers['x-xsrftoken'] === 'second';
        return isSignedIn ? jupyter.kernelsAnswer(request) : { status: 403, json: {} };
      }
      if (method === 'GET') return { text: '<form>', headers: { 'set-cookie': '_xsrf=first; Path=/' } };
      const isRight = bytes.toString() === '_xsrf=first&password=p%26w' && headers['x-xsrftoken'] === 'first';
      const cookies = ['_xsrf=second; Path=/', 'session=in; HttpOnly'] as unknown as string;
      return isRight ? { status: 302, text: '', headers: { 'set-cookie': cookies } } : { status: 401, text: '' };
    };
    expect(await execute('x')).toEqual({ stdout: '', stderr: '', result: '' });
    expect(seen.cookie).toBe('_xsrf=second; session=in');
    expect(jupyter.kernels.size).toBe(0);
    await onJupyter({ CODE_EXECUTION_JUPYTER_AUTH: 'password', CODE_EXECUTION_JUPYTER_AUTH_PASSWORD: 'wrong' });
    expect((await execute('x')).stderr).toBe('Error: Jupyter refused the password');
    await onJupyter();
  });

  it.each([
    ['refuses', () => ({ status: 403, json: { message: 'Forbidden' } }), 'Jupyter responded with status 403'],
    ['starts no kernel', () => ({ status: 201, json: { id: '../../etc' } }), 'Jupyter started no kernel'],
    ['speaks something else', () => ({ text: '<html>' }), 'Jupyter started no kernel'],
  ])('reports a server that %s', async (_, handler, reason) => {
    jupyter.handler = handler;
    expect(await execute('x')).toEqual({ stdout: '', stderr: `Error: ${reason}`, result: '' });
  });

  it('reports a server that is unreachable or not set, without its address', async () => {
    await onJupyter({ CODE_EXECUTION_JUPYTER_URL: 'http://127.0.0.1:9/secret' });
    expect((await execute('x')).stderr).toBe('Error: Jupyter does not accept connections');
    for (const url of ['', null, ' ']) {
      await onJupyter({ CODE_EXECUTION_JUPYTER_URL: url });
      expect((await execute('x')).stderr).toBe('Error: The address of the Jupyter server is not set');
    }
    await onJupyter({ CODE_EXECUTION_JUPYTER_URL: 'file:///etc/passwd' });
    expect((await execute('x')).stderr).toBe('Error: The address of the Jupyter server is not valid');
    await onJupyter();
  });

  it('deletes the kernel when its channel is refused, breaks, or sends too much', async () => {
    jupyter.hasChannels = false;
    expect((await execute('x')).stderr).toBe('Error: Jupyter closed the connection');
    jupyter.hasChannels = true;
    jupyter.onCell = (cell) => {
      cell.say('stream', { name: 'stdout', text: 'so far' });
      cell.socket.close();
    };
    expect(await execute('x')).toMatchObject({ stdout: 'so far', stderr: 'Error: Jupyter closed the channel' });
    jupyter.onCell = (cell) => cell.socket.terminate();
    expect((await execute('x')).stderr).toBe('Error: Jupyter closed the connection');
    jupyter.onCell = flood;
    const { stdout, stderr } = await execute('x');
    expect({ length: stdout.length, stderr }).toEqual({ length: 8_000_000, stderr: 'Output limit exceeded.' });
    jupyter.onCell = (cell) => cell.say('stream', { name: 'stdout', text: 'x'.repeat(17_000_000) });
    expect((await execute('x')).stderr).toMatch(/^Error: /);
    expect(jupyter.kernels.size).toBe(0);
  });

  it('gives a silent kernel up', async () => {
    await onJupyter({ CODE_EXECUTION_JUPYTER_TIMEOUT: 1 });
    jupyter.onCell = () => undefined;
    expect(await execute('while True: pass')).toEqual({ stdout: '', stderr: 'Execution timed out.', result: '' });
    expect(jupyter.kernels.size).toBe(0);
    await onJupyter();
  });

  it('ends with its client', async () => {
    const controller = new AbortController();
    const started = new Promise<Cell>((resolve) => (jupyter.onCell = resolve));
    const running = user.api.post(EXECUTE, { code: 'x' }, { signal: controller.signal });
    const { kernel } = await started;
    const deleted = jupyter.nextRequest(`/api/kernels/${kernel}`);
    controller.abort();
    await expect(running).rejects.toThrow();
    expect((await deleted).method).toBe('DELETE');
  });

  it('limits the runs of one user', async () => {
    const cells: Cell[] = [];
    const [four, five] = [deferred<void>(), deferred<void>()];
    jupyter.onCell = (cell) => {
      const count = cells.push(cell);
      if (count === 4) four.resolve();
      if (count === 5) five.resolve();
    };
    const runs = Array.from({ length: 4 }, () => execute('x'));
    await four.promise;
    expect(await user.api.post(EXECUTE, { code: 'x' })).toMatchObject({ status: 429 });
    const other = execute('x', admin);
    await five.promise;
    for (const cell of cells) cell.end();
    await Promise.all([...runs, other]);
    expect((await user.api.post(EXECUTE, {})).status).toBe(422);
    expect((await user.api.post(EXECUTE, { code: 'x'.repeat(1_000_001) })).status).toBe(413);
    jupyter.reset();
    expect((await execute('x')).stdout).toBe('x');
  });

  it('needs a verified account with the permission, the switch, and an engine of the server', async () => {
    expect((await api(app.url).post(EXECUTE, { code: 'x' })).status).toBe(401);
    expect(await pending.api.post(EXECUTE, { code: 'x' })).toMatchObject({ status: 401, body: { detail: PROHIBITED } });
    const permissions = app.get(PermissionsService);
    const before = permissions.getDefaults();
    await permissions.saveDefaults({ ...before, features: { ...before.features, code_interpreter: false } });
    expect((await user.api.post(EXECUTE, { code: 'x' })).status).toBe(401);
    expect((await execute('x', admin)).stdout).toBe('x');
    await permissions.saveDefaults(before);
    await onJupyter({ ENABLE_CODE_EXECUTION: false });
    expect((await admin.api.post(EXECUTE, { code: 'x' })).status).toBe(403);
    await save({});
    const refusal = { status: 400, body: { detail: 'Code execution engine not supported' } };
    expect(await user.api.post(EXECUTE, { code: 'x' })).toMatchObject(refusal);
    await onJupyter();
    expect(jupyter.received('/api/kernels')).toHaveLength(1);
  });
});

/** 10 MB in small messages. */
function flood(cell: Cell): void {
  for (let index = 0; index < 100; index++) cell.say('stream', { name: 'stdout', text: 'x'.repeat(100_000) });
}

describe('the engine sandbox', () => {
  beforeAll(() => save({ CODE_EXECUTION_ENGINE: 'sandbox', CODE_INTERPRETER_ENGINE: 'sandbox' }));
  afterAll(() => save({}));

  it('runs Python as a notebook cell does, each time from nothing', async () => {
    expect(await execute('import json\nx = 40\nprint(json.dumps([1]))\nx + 2')).toEqual({
      ...{ stdout: '[1]', stderr: '', result: '42' },
    });
    const { stdout, stderr } = await execute('print("before")\nx');
    expect(stdout).toBe('before');
    expect(stderr).toMatch(/^Traceback[^]*NameError: name 'x' is not defined$/);
  });

  it('returns pictures and files', async () => {
    const picture = `class Picture:\n    def _repr_png_(self):\n        return b"png"`;
    const write = `import os\nos.makedirs("out")\nopen("out/a.csv", "w").write("1;2")`;
    expect(await execute(`${picture}\n${write}\nPicture()`)).toEqual({
      ...{ stdout: '', stderr: '', result: 'data:image/png;base64,cG5n' },
      files: [{ name: 'out/a.csv', content: Buffer.from('1;2').toString('base64') }],
    });
  });

  it('reports limits as output', async () => {
    const settings = app.get(SettingsStore).live(SandboxSettings);
    const before = settings.call_seconds;
    settings.call_seconds = 1;
    expect(await execute('while True: pass')).toEqual({ stdout: '', stderr: 'Execution timed out.', result: '' });
    settings.call_seconds = before;
    expect((await execute('print("x" * 100_000_000)')).stderr).toMatch(/^Error: /);
  });

  it('keeps modules from code of models that libraries may import', async () => {
    const settings = app.get(SettingsStore).live(CodeInterpreterSettings);
    settings.blocked_modules = ['os', 'socket'];
    const run = (code: string) => app.get(CodeService).interpret(runOf(code), new AbortController().signal);
    expect(await run('import tempfile\nprint(1)')).toMatchObject({ stdout: '1', stderr: '' });
    for (const code of ['import os', 'import os.path', 'from os import path', 'import json, socket'])
      expect((await run(code)).stderr).toMatch(/ImportError: Import of module (os|socket) is not permitted\.$/);
    settings.blocked_modules = [];
    expect(await run('import os\nprint(1)')).toMatchObject({ stdout: '1', stderr: '' });
  });
});

const runOf = (code: string): CodeRun => ({ principal: { id: user.id } as Principal, code });

describe('code of models', () => {
  const interpret = (code: string) => app.get(CodeService).interpret(runOf(code), new AbortController().signal);

  it('runs on the Jupyter of the interpreter, behind the guard of its imports', async () => {
    await save({ CODE_INTERPRETER_ENGINE: 'jupyter', CODE_INTERPRETER_JUPYTER_URL: jupyter.url });
    expect(await interpret('print(1)')).toEqual({ stdout: 'print(1)', stderr: '', result: '' });
    await app.get(SettingsStore).save(CodeInterpreterSettings, { blocked_modules: ['os'] });
    expect((await interpret('print(1)')).stdout).toMatch(/^exec\(".*", \{\}\)\nprint\(1\)$/);
  });

  it('is refused as output while it is off or has no engine', async () => {
    await save({ ENABLE_CODE_INTERPRETER: false });
    expect((await interpret('x')).stderr).toBe('Error: The code interpreter is disabled');
    await save({ CODE_INTERPRETER_ENGINE: 'other' });
    expect((await interpret('x')).stdout).toBe('Code interpreter engine not configured.');
    await save({});
  });
});

const JAVASCRIPT = 'const x: number = 1;\nexport class Tools {\n  add(a, b) {\n    return a + b;\n  }\n}\n';

describe('POST /api/v1/utils/code/format', () => {
  const format = (code: string) => admin.api.post(FORMAT, { code });

  it.each([
    ['x=1\ndef  f(a,b = 2):\n  return {"a":a,\'b\':b}\n', 'x = 1\n\n\ndef f(a, b=2):\n    return {"a": a, "b": b}\n'],
    [
      "foo('a',\n    'b',)\nfor i in range( 10 ):print( i )\n",
      'foo(\n    "a",\n    "b",\n)\nfor i in range(10):\n    print(i)\n',
    ],
    ['x = 1\n', 'x = 1\n'],
    ['', ''],
  ])('formats Python in the style of Black: %j', async (code, formatted) => {
    expect(await format(code)).toMatchObject({ status: 200, body: { code: formatted } });
  });

  it.each([
    ['const x:number=1\nexport class Tools{add(a,b){return a+b}}', JAVASCRIPT],
    [JAVASCRIPT, JAVASCRIPT],
  ])('formats JavaScript and TypeScript: %j', async (code, formatted) => {
    expect(await format(code)).toMatchObject({ status: 200, body: { code: formatted } });
  });

  it('reports what the parser says', async () => {
    expect(await format('export const x = 1;\nclass {')).toMatchObject({
      status: 400,
      body: { detail: 'Cannot parse: 2:7: A class name is required.' },
    });
    expect(await format('x = 1\ndef f(:\n')).toMatchObject({
      status: 400,
      body: { detail: 'Cannot parse: 2:7: Expected a parameter or the end of the parameter list' },
    });
  });

  it('survives hostile sources', async () => {
    const nested = '('.repeat(100_000);
    for (const code of [
      nested,
      `x = ${'a+'.repeat(100_000)}a`,
      `const x = ${nested}`,
      `const x = ${'['.repeat(50_000)}`,
    ])
      expect(await format(code)).toMatchObject({ status: 400 });
    expect((await format(' '.repeat(1_000_001))).status).toBe(413);
    expect((await format('x=1')).body).toEqual({ code: 'x = 1\n' });
  });

  it('is for administrators', async () => {
    expect(await user.api.post(FORMAT, { code: 'x' })).toMatchObject({ status: 401, body: { detail: PROHIBITED } });
    expect((await api(app.url).post(FORMAT, { code: 'x' })).status).toBe(401);
    expect((await admin.api.post(FORMAT, {})).status).toBe(422);
  });
});
