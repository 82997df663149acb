import { Declarations } from './declarations.mjs';
import { slotsOf, specOf } from './signature.mjs';
import { CompileError, parse, withoutTypes } from './syntax.mjs';
import { TypeSchemas } from './type-schema.mjs';

/** Names by which the module exports its parts to the runner. */
export const ENTRY = { entry: '__confab_entry', valves: '__confab_valves', userValves: '__confab_userValves' };

const FUNCTION_KINDS = { Pipe: 'pipe', Filter: 'filter', Action: 'action' };
const HANDLERS = {
  ...{ pipe: 'pipe', pipes: 'pipe', inlet: 'filter', outlet: 'filter', stream: 'filter', action: 'action' },
};
/** Exports that describe the source and are no tools. */
const FIELDS = new Set(['valves', 'userValves', 'Valves', 'UserValves']);

/**
 * A source, ready to be run: what its text declares, and an ES module of JavaScript that exports what the runner needs by
 * the names of `ENTRY`. `entry`: whether that is a class, or the exported functions themselves.
 * @throws CompileError with a message for the writer.
 */
export function compile({ code, expects }) {
  if (code.includes('\0')) throw new CompileError('The source contains the character U+0000.');
  const { statements, isTyped } = parse(code);
  const declarations = new Declarations(statements);
  const types = new TypeSchemas(statements);
  const found = expects === 'tools' ? toolsOf(declarations) : functionOf(declarations);
  const functions = found.functions.filter(({ name }) => !FIELDS.has(name));
  const valves = declarations.valvesOf('Valves', found.node, types);
  const userValves = declarations.valvesOf('UserValves', found.node, types);
  const exported = [
    found.name && `${found.name} as ${ENTRY.entry}`,
    valves.name && `${valves.name} as ${ENTRY.valves}`,
    userValves.name && `${userValves.name} as ${ENTRY.userValves}`,
  ].filter(Boolean);
  return {
    module: `${isTyped ? withoutTypes(code) : code}\n;export { ${exported.join(', ')} };\n`,
    kind: found.kind,
    entry: found.node ? 'class' : 'module',
    specs: expects === 'tools' ? functions.map((entry) => specOf(entry, types)).sort(byName) : [],
    slots: Object.fromEntries(functions.map((entry) => [entry.name, slotsOf(entry)])),
    valves: valves.schema,
    userValves: userValves.schema,
  };
}

function toolsOf(declarations) {
  const tools = declarations.classOf('Tools') ?? declarations.defaultClass();
  if (tools) return { kind: 'tools', ...tools, functions: declarations.methodsOf(tools.node) };
  const functions = declarations.exportedFunctions().filter(({ name }) => !name.startsWith('_'));
  if (functions.length === 0) throw new CompileError('No Tools class found in the module');
  return { kind: 'tools', node: undefined, functions };
}

function functionOf(declarations) {
  for (const [name, kind] of Object.entries(FUNCTION_KINDS)) {
    const found = declarations.classOf(name);
    if (found) return { kind, ...found, functions: declarations.methodsOf(found.node) };
  }
  const functions = declarations.exportedFunctions();
  const kinds = [...functions.map(({ name }) => name), ...declarations.exportedNames()].map((name) => HANDLERS[name]);
  const kind = ['pipe', 'filter', 'action'].find((candidate) => kinds.includes(candidate));
  if (!kind) throw new CompileError('No Function class found in the module');
  return { kind, node: undefined, functions };
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);
