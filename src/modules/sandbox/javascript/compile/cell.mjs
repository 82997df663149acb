import { CompileError, parse, parseScript, withoutTypes } from './syntax.mjs';

/**
 * Free code as a notebook cell: a script where it can be one, and a module where it awaits or imports. A module leaves the
 * value of its last expression in a global, since it has none itself.
 * @throws CompileError
 */
export function compileCell(code) {
  if (code.includes('\0')) throw new CompileError('The code contains the character U+0000.');
  const script = parseScript(code);
  if (script) return { code: script.isTyped ? withoutTypes(code) : code, isModule: false };
  const plain = parse(code).isTyped ? withoutTypes(code) : code;
  const last = parse(plain).statements.at(-1);
  if (last?.type !== 'ExpressionStatement') return { code: plain, isModule: true };
  const { start, end } = last.expression;
  const value = `globalThis.__confab_result = (${plain.slice(start, end)}\n)`;
  return { code: plain.slice(0, start) + value + plain.slice(end), isModule: true };
}
