import { transformSync } from 'amaro';
import { parse as parseCode } from '@babel/parser';

/** The source does not compile; the message is for its writer. */
export class CompileError extends Error {
  name = 'CompileError';
}

/** Comments are attached to what they precede. @throws CompileError */
export function parse(code) {
  try {
    return { statements: parseWith(code, []).program.body, isTyped: false };
  } catch {
    try {
      return { statements: parseWith(code, ['typescript']).program.body, isTyped: true };
    } catch (error) {
      throw new CompileError(messageOf(error));
    }
  }
}

/** As `parse`, for a script; undefined when the code is none, e.g. awaits or imports. */
export function parseScript(code) {
  for (const plugins of [[], ['typescript']]) {
    try {
      return { statements: parseWith(code, plugins, 'script').program.body, isTyped: plugins.length > 0 };
    } catch {
      // Perhaps with types, perhaps a module.
    }
  }
  return undefined;
}

function parseWith(code, plugins, sourceType = 'module') {
  return parseCode(code, { sourceType, attachComment: true, plugins });
}

/** The type of `text`, or undefined when it is none. */
export function parseType(text) {
  try {
    const [statement] = parseWith(`let x: ${text};`, ['typescript']).program.body;
    const id = statement?.type === 'VariableDeclaration' ? statement.declarations[0]?.id : undefined;
    return id?.type === 'Identifier' ? annotated(id) : undefined;
  } catch {
    return undefined;
  }
}

/** The annotation of a parameter, variable or property. */
export function annotated(node) {
  const { typeAnnotation } = node;
  return typeAnnotation?.type === 'TSTypeAnnotation' ? typeAnnotation.typeAnnotation : undefined;
}

/** TypeScript without its types: in place, so that lines and columns stay; enums and parameter properties are rewritten. */
export function withoutTypes(code) {
  try {
    return transformSync(code, { mode: 'strip-only' }).code;
  } catch {
    try {
      return transformSync(code, { mode: 'transform' }).code;
    } catch (error) {
      throw new CompileError(messageOf(error));
    }
  }
}

const messageOf = (error) => (error instanceof Error ? error.message : String(error)).trim().slice(0, 500);
