import { documentationOf } from './jsdoc.mjs';
import { keyOf, literalOf } from './literal.mjs';
import { annotated } from './syntax.mjs';
import { declaredSchema, objectSchema, sorted } from './type-schema.mjs';

/** Fields of the context object, by which a destructured one is recognised. */
const CONTEXT_FIELDS = new Set(
  'user valves userValves emit ask callTool complete files messages metadata model id body tools chatId messageId sessionId'.split(
    ' ',
  ),
);
const CONTEXT_NAMES = new Set(['context', 'ctx', '__context__']);
const CONTEXT_TYPES = new Set(['Context', 'ToolContext', 'FunctionContext']);

/**
 * Where the values of the parameters come from: `argument`, `injected` and `rest` with a name, the `context`, or `fields`
 * for a destructured object of arguments.
 */
export const slotsOf = (found) =>
  found.node.params.map((parameter, index, all) => slotOf(parameter, index === all.length - 1, index > 0));

/** The function as models see it: like a Python source's, keys of schemas in alphabetical order. */
export function specOf(found, types) {
  const documentation = found.documented.map(documentationOf).reduce(joined);
  const slots = slotsOf(found);
  const listed = found.node.params.flatMap((parameter, index) =>
    argumentsOf(parameter, slots[index], new ArgumentReader(types, documentation)),
  );
  return {
    name: found.name,
    description: documentation.description,
    parameters: sorted({ properties: {}, ...objectSchema(listed) }),
  };
}

const joined = (first, second) => ({
  description: first.description || second.description,
  parameters: [...first.parameters, ...second.parameters],
  isHidden: first.isHidden || second.isHidden,
});

function slotOf(parameter, isLast, isLater) {
  const { target } = partsOf(parameter);
  if (target.type === 'RestElement') return { kind: 'rest', name: nameOf(target.argument) };
  if (target.type === 'ObjectPattern') return patternSlot(target, isLast && isLater);
  const name = nameOf(target);
  if (isLast && (CONTEXT_NAMES.has(name) || hasContextType(target))) return { kind: 'context' };
  return { kind: name.startsWith('__') ? 'injected' : 'argument', name };
}

function patternSlot(pattern, mayBeContext) {
  const names = fieldsOf(pattern).map(({ name }) => name);
  const isContext = mayBeContext && names.length > 0 && names.every((name) => CONTEXT_FIELDS.has(name));
  if (isContext || hasContextType(pattern)) return { kind: 'context' };
  return { kind: 'fields', names, hasRest: pattern.properties.some(({ type }) => type === 'RestElement') };
}

const partsOf = (parameter) =>
  parameter.type === 'AssignmentPattern'
    ? { target: parameter.left, fallback: parameter.right }
    : { target: parameter };

const nameOf = (node) => (node.type === 'Identifier' ? node.name : '');

function hasContextType(node) {
  const type = annotated(node);
  return type?.type === 'TSTypeReference' && CONTEXT_TYPES.has(nameOf(type.typeName));
}

/** The fields of a pattern with their defaults. */
const fieldsOf = (pattern) =>
  pattern.properties.flatMap((property) => {
    const name = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
    if (property.type !== 'ObjectProperty' || name === undefined) return [];
    return [{ name, ...(property.value.type === 'AssignmentPattern' && { fallback: property.value.right }) }];
  });

function argumentsOf(parameter, slot, reader) {
  const { target, fallback } = partsOf(parameter);
  if (target.type === 'ObjectPattern' && slot?.kind === 'fields') return reader.fields(target);
  if (target.type === 'RestElement' && slot?.kind === 'rest') return [reader.rest(slot.name, target)];
  return slot?.kind === 'argument' && isListed(slot.name) ? [reader.argument(slot.name, target, fallback)] : [];
}

const isListed = (name) => name !== '' && !name.startsWith('_');

/** Makes arguments of the parameters of one function. */
class ArgumentReader {
  constructor(types, documentation) {
    this.types = types;
    this.documentation = documentation;
  }

  argument(name, target, fallback) {
    const type = annotated(target);
    const documented = this.documentation.parameters.find((entry) => entry.name === name);
    const declared = type ? this.types.of(type) : this.documentedType(documented);
    const isOptional = declared.isOptional || (target.type === 'Identifier' && target.optional === true);
    return this.finish(name, { ...declared, isOptional }, documented, fallback);
  }

  /** The fields of a destructured parameter, with the members of its type. */
  fields(pattern) {
    const type = annotated(pattern);
    const { properties = {}, required = [] } = type ? this.types.of(type).schema : {};

    return fieldsOf(pattern).map(({ name, fallback }) => {
      const documented = this.documentation.parameters.find(
        (entry) => entry.name === name || entry.name.endsWith(`.${name}`),
      );
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const declared = own ? { schema: own, isOptional: !required.includes(name) } : this.documentedType(documented);
      return this.finish(name, declared, documented, fallback);
    });
  }

  rest(name, target) {
    const documented = this.documentation.parameters.find((entry) => entry.name === name);
    const { schema } = this.types.of(annotated(target));
    return this.finish(name, { schema: { type: 'array', ...schema }, isOptional: true }, documented, undefined);
  }

  finish(name, declared, documented, fallback) {
    const literal = fallback ? literalOf(fallback) : defaultOf(documented, declared.schema);
    return {
      name,
      schema: declaredSchema(declared.schema, literal, documented?.description),
      isRequired: !fallback && !literal && !declared.isOptional && documented?.isOptional !== true,
    };
  }

  documentedType(documented) {
    const found = documented?.type ? this.types.ofText(documented.type) : { schema: {}, isOptional: false };
    const fields = documented ? this.documentedFields(documented.name) : undefined;
    return fields && !('properties' in found.schema) ? { ...found, schema: fields } : found;
  }

  /** `@param {string} options.city` as the properties of `options`. */
  documentedFields(name) {
    const prefix = `${name}.`;
    const fields = this.documentation.parameters
      .filter((entry) => entry.name.startsWith(prefix) && !entry.name.slice(prefix.length).includes('.'))
      .map((entry) => this.finish(entry.name.slice(prefix.length), this.documentedType(entry), entry, undefined));
    if (fields.length === 0) return undefined;
    return objectSchema(fields);
  }
}

/** The default that JSDoc names: a JSON text, or for texts the words themselves. */
function defaultOf(documented, schema) {
  const text = documented?.default;
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text);
    if (schema['type'] !== 'string' || typeof value === 'string') return { value };
  } catch {
    // The words themselves.
  }
  return { value: text.replace(/^'([^']*)'$/, '$1') };
}
