import { namedParameters } from './named-parameters';

describe('namedParameters', () => {
  const injected = { __user__: 1, __messages__: 2, __files__: 3 };

  it('leaves out what a Python source does not name', () => {
    const code = 'class Tools:\n    def f(self, __messages__: list): pass';
    expect(namedParameters({ language: 'python', expects: 'tools', code }, injected)).toEqual({
      __user__: 1,
      __messages__: 2,
    });
    expect(namedParameters({ language: 'python', expects: 'tools', code })).toEqual({});
  });

  it('keeps all for JavaScript, which has a context', () => {
    const source = { language: 'javascript', expects: 'tools', code: 'export function f(a, context) {}' } as const;
    expect(namedParameters(source, injected)).toEqual(injected);
  });
});
