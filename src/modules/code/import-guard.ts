/**
 * The code behind a guard that refuses `import` statements of some modules in the code itself; libraries may still
 * import them. The guard takes one line, so that line numbers of tracebacks change by one. It stops accidents: code that
 * means to gets around it.
 */
export function guardImports(code: string, modules: readonly string[]): string {
  if (modules.length === 0) return code;
  // JSON is a Python literal too.
  const source = GUARD.replace('MODULES', JSON.stringify(modules));
  return `exec(${JSON.stringify(source)}, {})\n${code}`;
}

const GUARD = `
import builtins
def guard(blocked, load):
    def guarded(name, globals=None, locals=None, fromlist=(), level=0):
        root = name.partition('.')[0]
        if level == 0 and root in blocked and (globals or {}).get('__name__', '__main__') == '__main__':
            raise ImportError(f'Import of module {root} is not permitted.')
        return load(name, globals, locals, fromlist, level)
    return guarded
builtins.__import__ = guard(frozenset(MODULES), builtins.__import__)
`;
