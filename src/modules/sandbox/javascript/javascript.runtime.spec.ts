import { closeSandboxes, openSandbox } from '../../../../test/support/sandbox';
import type { SandboxSource } from '../sandbox.types';

const never = new AbortController().signal;
const add: SandboxSource = {
  language: 'javascript',
  expects: 'tools',
  code: '/** Adds. */\nexport const add = (a: number, b = 2): number => a + b;',
};

afterAll(closeSandboxes);

describe('SandboxService with JavaScript', () => {
  const sandbox = openSandbox();

  it('describes a source', async () => {
    await expect(sandbox.describe(add)).resolves.toMatchObject({
      kind: 'tools',
      specs: [{ name: 'add', description: 'Adds.', parameters: { required: ['a'] } }],
      valves: null,
    });
  });

  it('calls a function, and runs free code', async () => {
    const call = { source: add, method: 'add', keyword: { a: 1 } };
    await expect(sandbox.call(call, {}, never)).resolves.toEqual({ kind: 'value', value: 3 });
    await expect(sandbox.run('javascript', 'console.log("hi"); 1 + 1', never)).resolves.toEqual({
      stdout: 'hi\n',
      stderr: '',
      result: '2',
    });
  });
});
