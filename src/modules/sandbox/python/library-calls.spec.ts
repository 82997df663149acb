import { PythonLibrary } from '../../../../test/support/python-library';

let library: PythonLibrary;
beforeAll(() => {
  library = new PythonLibrary();
});
afterAll(() => library.stop());

describe('calls', () => {
  const code = `
import sys
COUNT = [0]
class Tools:
    def count(self):
        COUNT[0] += 1
        return COUNT[0]
    def fail(self, kind="ValueError"):
        raise {"ValueError": ValueError("bad"), "empty": KeyError(), "exit": SystemExit("out"), "stop": KeyboardInterrupt()}[kind]
    def generate(self):
        try:
            for number in range(1000):
                yield number
        finally:
            print("closed")
    async def late(self):
        yield "one"
        raise RuntimeError("half way")
    def nothing(self): pass
    def odd(self): return {"surrogate": "\\ud800", "inf": float("inf"), (1, 2): {3}, "self": self.nothing.__name__}
    def deep(self):
        found = current = []
        for _ in range(5000):
            current.append([])
            current = current[0]
        return found
    def ring(self):
        found = []
        found.append(found)
        return found
    def no_emitter(self, __event_emitter__=1, __event_call__=1, __tools__="absent"):
        return [__event_emitter__, __event_call__, __tools__]
`;
  const call = (method: string, keyword = {}, more = {}) => library.call(code, method, { keyword, ...more });

  it('share nothing', async () => {
    const counts = [await call('count'), await call('count')].map(({ found }) => found.ok?.value);
    expect(counts).toEqual([1, 1]);
  });

  it.each([
    ['ValueError', 'bad'],
    ['empty', 'KeyError'],
    ['exit', 'out'],
    ['stop', 'KeyboardInterrupt'],
  ])('that raise %s report it', async (kind, message) => {
    const { found } = await call('fail', { kind });
    expect(found.error).toMatchObject({ failure: 'raised', message });
    expect(found.error?.details).toContain('File "tool.py", line');
    expect(found.error?.details).not.toContain('confab');
  });

  it('report arguments that do not fit', async () => {
    expect((await call('count', { more: 1 })).found.error?.message).toBe(
      "Tools.count() got an unexpected keyword argument 'more'",
    );
    expect((await call('absent')).found.error?.message).toBe("'Tools' object has no attribute 'absent'");
  });

  it('end a generator whose reader has left, and report its failure', async () => {
    const left = await library.call(code, 'generate', {}, { leaveAfter: 3 });
    expect(left.seen.items).toEqual([0, 1, 2]);
    expect(left.seen.log).toEqual(['info: closed']);
    const late = await call('late');
    expect([late.seen.items, late.found.error?.message]).toEqual([['one'], 'half way']);
  });

  it('make JSON of everything', async () => {
    expect((await call('nothing')).found.ok).toEqual({ kind: 'value', value: null });
    const odd = (await call('odd')).found.ok;
    expect(odd).toEqual({ kind: 'value', value: { surrogate: '\ud800', inf: null, '(1, 2)': [3], self: 'nothing' } });
    for (const method of ['deep', 'ring'])
      expect((await call(method)).found.error?.message).toBe('Circular reference detected');
  });

  it('get None for what the host does not offer', async () => {
    const { found } = await call('no_emitter', {}, { host: { emit: false, ask: false } });
    expect(found.ok?.value).toEqual([null, null, 'absent']);
  });
});

describe('cells', () => {
  it('show output, the last value, pictures and new files', async () => {
    const { found } = await library.run(`
import os, asyncio
print("out")
open("a.txt", "w").write("hi")
os.makedirs("sub", exist_ok=True)
open("sub/b.bin", "wb").write(bytes([0, 255]))
await asyncio.sleep(0)
class Picture:
    def _repr_png_(self):
        return b"PNG"
display({"a": 1}, Picture())
2 + 2
`);
    expect(found.ok).toEqual({
      stdout: 'out\n',
      stderr: '',
      result: "{'a': 1}\ndata:image/png;base64,UE5H\n4",
      files: [
        { name: 'a.txt', content: 'aGk=' },
        { name: 'sub/b.bin', content: 'AP8=' },
      ],
    });
  });

  it.each([
    ['1 / 0', 'ZeroDivisionError: division by zero\n'],
    ['def f(:\n', 'SyntaxError: invalid syntax\n'],
    ['input("?")', 'RuntimeError: input() is not available here'],
    ['import threading\nthreading.Thread(target=print).start()', 'RuntimeError: Threads are not available here'],
    ['import subprocess\nsubprocess.run(["ls"])', 'OSError: Processes cannot be started here'],
    ['import os\nos.system("ls")', 'OSError: Processes cannot be started here'],
    ['import socket\nsocket.create_connection(("a", 1))', 'OSError: Sockets are not available here'],
    ['raise SystemExit(3)', 'SystemExit: 3'],
  ])('put the traceback of %j on stderr', async (code, text) => {
    const { found } = await library.run(`print("before")\n${code}`);
    expect(found.ok?.stderr).toContain(text);
    expect(String(found.ok?.stderr)).not.toContain('confab');
  });

  it('take None and a semicolon as no result; sleep in the host; stop at the limit of output', async () => {
    expect((await library.run('None')).found.ok?.result).toBe('');
    expect((await library.run('5;')).found.ok?.result).toBe('');
    expect((await library.run('import time\ntime.sleep(2.5)')).seen.sleeps).toEqual([2.5]);
    expect((await library.run('print("x" * 2000)', {}, 1000)).seen.exceeded).toBe('output');
    expect((await library.run('"x" * 2000', {}, 1000)).seen.exceeded).toBe('output');
  });
});
