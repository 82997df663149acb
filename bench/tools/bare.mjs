/** The engines of the sandbox, called in this process without any protection: the floor of `bench/tools.mjs`. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** `add` of a loaded module; values cross as JSON, as they do in the sandbox. */
export async function barePython(code) {
  const { loadPyodide } = require('pyodide');
  const pyodide = await loadPyodide();
  pyodide.runPython(`${code}
import json
tools = Tools()
def call(text):
    return json.dumps(tools.add(**json.loads(text)))
`);
  const call = pyodide.globals.get('call');
  return (a, b) => JSON.parse(call(JSON.stringify({ a, b })));
}

/** `add` in a fresh runtime for each call, as in the sandbox. */
export async function bareJavaScript(code) {
  const { newQuickJSWASMModuleFromVariant } = require('quickjs-emscripten-core');
  const quickjs = await newQuickJSWASMModuleFromVariant(require('@jitl/quickjs-wasmfile-release-sync').default);
  return (a, b) => {
    const context = quickjs.newContext();
    try {
      const script = `${code}; JSON.stringify(new Tools().add(${JSON.stringify(a)}, ${JSON.stringify(b)}))`;
      return JSON.parse(context.unwrapResult(context.evalCode(script)).consume((value) => context.getString(value)));
    } finally {
      context.dispose();
    }
  };
}
