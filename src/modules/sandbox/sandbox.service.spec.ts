import { closeSandboxes, openSandbox, pythonTool } from '../../../test/support/sandbox';

const never = new AbortController().signal;
const add = 'def add(self, a: int, b: int = 2) -> int:\n    """Adds.\n    :param a: first"""\n    return a + b';

afterAll(closeSandboxes);

describe('SandboxService with Python', () => {
  const sandbox = openSandbox();

  it('describes a source', async () => {
    await expect(sandbox.describe(pythonTool(add))).resolves.toMatchObject({
      kind: 'tools',
      specs: [{ name: 'add', description: 'Adds.', parameters: { required: ['a'] } }],
      valves: null,
    });
  });

  it('calls a method, and runs free code', async () => {
    const call = { source: pythonTool(add), method: 'add', keyword: { a: 1 } };
    await expect(sandbox.call(call, {}, never)).resolves.toEqual({ kind: 'value', value: 3 });
    await expect(sandbox.run('python', 'print("hi")\n1 + 1', never)).resolves.toEqual({
      stdout: 'hi\n',
      stderr: '',
      result: '2',
    });
  });
});
