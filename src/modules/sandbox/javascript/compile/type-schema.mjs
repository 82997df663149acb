import { documentationOf } from './jsdoc.mjs';
import { keyOf, literalOf } from './literal.mjs';
import { annotated, CompileError, parseType } from './syntax.mjs';

/** Types may refer to each other, so that few lines stand for any number of properties. */
const MAX_TYPES = 5000;

const KEYWORDS = {
  TSStringKeyword: { type: 'string' },
  TSNumberKeyword: { type: 'number' },
  TSBooleanKeyword: { type: 'boolean' },
  TSBigIntKeyword: { type: 'integer' },
  TSObjectKeyword: { type: 'object' },
  TSNullKeyword: { type: 'null' },
};

/** Names that are no declaration of the source; `integer` and the capitals are common in JSDoc. */
const NAMES = {
  ...{
    string: { type: 'string' },
    String: { type: 'string' },
    boolean: { type: 'boolean' },
    Boolean: { type: 'boolean' },
  },
  ...{ bool: { type: 'boolean' }, number: { type: 'number' }, Number: { type: 'number' }, float: { type: 'number' } },
  ...{ integer: { type: 'integer' }, int: { type: 'integer' }, Integer: { type: 'integer' } },
  ...{ Object: { type: 'object' }, array: { type: 'array' }, Date: { format: 'date-time', type: 'string' } },
};

const LISTS = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet', 'Iterable']);
const MAPS = new Set(['Record', 'Map', 'Object', 'ReadonlyMap']);
/** Types that stand for their argument. */
const TRANSPARENT = new Set(['Readonly', 'Promise', 'Awaited', 'NonNullable', 'Required']);

/** Keys in alphabetical order, as in the schemas of Python's sources. */
export const sorted = (schema) => Object.fromEntries(Object.entries(schema).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The declared types of one source. Interfaces and aliases are inlined; recursive ones end as `{type: 'object'}`. */
export class TypeSchemas {
  declarations = new Map();
  open = new Set();
  count = 0;

  constructor(statements) {
    for (const statement of statements) {
      const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (node && isDeclaration(node)) this.declarations.set(node.id.name, node);
    }
  }

  /** A type as JSON schema. `isOptional`: it admits `undefined`. */
  of(type) {
    this.count += 1;
    if (this.count > MAX_TYPES) throw new CompileError('The types of the source are too large.');
    if (!type) return { schema: {}, isOptional: false };
    if (type.type === 'TSUnionType') return this.unionOf(type);
    if (type.type === 'TSOptionalType') return { ...this.of(type.typeAnnotation), isOptional: true };
    const isVoid = type.type === 'TSUndefinedKeyword' || type.type === 'TSVoidKeyword';
    return { schema: isVoid ? {} : sorted(this.schemaOf(type)), isOptional: isVoid };
  }

  /** A type as JSDoc writes it: TypeScript's and `?T`, `T=`, `*`, `Array.<T>`, `...T`. */
  ofText(text) {
    const isOptional = text.endsWith('=');
    let plain = text
      .replaceAll('.<', '<')
      .replace(/^\.\.\./, '')
      .replace(/=$/, '')
      .trim();
    const isNullable = plain.startsWith('?') || plain.endsWith('?');
    plain = plain.replace(/^[?!]/, '').replace(/[?!]$/, '');
    if (['*', '', 'function', 'Function'].includes(plain)) plain = 'any';
    const type = parseType(isNullable ? `(${plain}) | null` : plain);
    const found = this.of(type);
    return { schema: found.schema, isOptional: found.isOptional || isOptional };
  }

  schemaOf(type) {
    switch (type.type) {
      case 'TSParenthesizedType':
        return this.of(type.typeAnnotation).schema;
      case 'TSTypeOperator':
        return this.of(type.typeAnnotation).schema;
      case 'TSArrayType':
        return listOf(this.of(type.elementType).schema);
      case 'TSTupleType':
        return this.tupleOf(type);
      case 'TSLiteralType':
        return constantOf(literalOf(type.literal));
      case 'TSTypeLiteral':
        return this.objectOf(type.members);
      case 'TSIntersectionType':
        return merged(type.types.map((part) => this.of(part).schema));
      case 'TSTypeReference':
        return this.referenceOf(type);
      default:
        return KEYWORDS[type.type] ?? {};
    }
  }

  unionOf(type) {
    const parts = type.types.map((part) => this.of(part));
    const isOptional = parts.some((part) => part.isOptional);
    const schemas = distinct(parts.filter((part) => !part.isOptional).map((part) => part.schema));
    const schema = schemas.length === 1 ? schemas[0] : (enumOf(schemas) ?? anyOf(schemas));
    return { schema: schema ?? {}, isOptional };
  }

  tupleOf(type) {
    const items = type.elementTypes.map((item) =>
      this.of(item.type === 'TSNamedTupleMember' ? item.elementType : item),
    );
    const size = items.length;
    return { maxItems: size, minItems: size, prefixItems: items.map(({ schema }) => schema), type: 'array' };
  }

  /** Members of a type literal or interface, with what their comments say. */
  objectOf(members) {
    const index = members.find((member) => member.type === 'TSIndexSignature');
    const fields = members.flatMap((member) => {
      const name = member.type === 'TSPropertySignature' ? keyOf(member) : undefined;
      return name === undefined || member.type !== 'TSPropertySignature' ? [] : [this.fieldOf(name, member)];
    });
    return objectSchema(fields, index && this.of(annotated(index)).schema);
  }

  fieldOf(name, member) {
    const { schema, isOptional } = this.of(annotated(member));
    const { description } = documentationOf(member);
    return {
      name,
      schema: declaredSchema(schema, undefined, description),
      isRequired: !isOptional && member.optional !== true,
    };
  }

  referenceOf(type) {
    const name = type.typeName.type === 'Identifier' ? type.typeName.name : '';
    const values = argumentsOf(type);
    const declaration = this.declarations.get(name);
    if (declaration) return this.declared(name, declaration);
    const last = values.at(-1);
    if (LISTS.has(name)) return listOf(this.of(last).schema);
    if (MAPS.has(name) && last) return mapOf(this.of(last).schema);
    if (name === 'Partial') return partial(this.of(last).schema);
    if (TRANSPARENT.has(name)) return this.of(last).schema;
    return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? {}) : {};
  }

  declared(name, declaration) {
    if (this.open.has(name)) return { type: 'object' };
    this.open.add(name);
    const schema = this.bodyOf(declaration);
    this.open.delete(name);
    return schema;
  }

  bodyOf(declaration) {
    if (declaration.type === 'TSTypeAliasDeclaration') return this.of(declaration.typeAnnotation).schema;
    if (declaration.type === 'TSEnumDeclaration') return enumDeclaration(declaration);
    const bases = (declaration.extends ?? []).map(({ expression }) => {
      const base = expression.type === 'Identifier' ? this.declarations.get(expression.name) : undefined;
      return expression.type === 'Identifier' && base ? this.declared(expression.name, base) : {};
    });
    return merged([...bases, this.objectOf(declaration.body.body)]);
  }
}

const isDeclaration = (node) =>
  node.type === 'TSInterfaceDeclaration' || node.type === 'TSTypeAliasDeclaration' || node.type === 'TSEnumDeclaration';

function argumentsOf(node) {
  const { typeParameters } = node;
  return typeParameters?.params ?? [];
}

const isJsonObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAny = (schema) => Object.keys(schema).length === 0;
const listOf = (items) => (isAny(items) ? { type: 'array' } : { items, type: 'array' });
const mapOf = (values) => (isAny(values) ? { type: 'object' } : { additionalProperties: values, type: 'object' });

function partial({ required: _, ...schema }) {
  return schema;
}

const anyOf = (schemas) => (schemas.some(isAny) ? {} : { anyOf: schemas });

function distinct(schemas) {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

function constantOf(literal) {
  return literal ? { const: literal.value, type: typeOf(literal.value) } : { type: 'string' };
}

const typeOf = (value) => (value === null ? 'null' : typeof value);

/** Constants of one type as `enum`; booleans as `boolean`. */
function enumOf(schemas) {
  const [type] = schemas.map((schema) => schema['type']);
  if (schemas.length === 0 || !schemas.every((schema) => 'const' in schema && schema['type'] === type))
    return undefined;
  return type === 'boolean' ? { type } : { enum: schemas.map((schema) => schema['const']), type };
}

function enumDeclaration(declaration) {
  const { members = [] } = declaration;
  let next = 0;
  const values = members.map(({ initializer }) => {
    const value = initializer ? literalOf(initializer)?.value : next;
    if (typeof value === 'number') next = value + 1;
    return value;
  });
  return enumOf(values.map((value) => constantOf({ value }))) ?? { enum: values };
}

/** Objects joined to one. */
function merged(schemas) {
  const objects = schemas.filter((schema) => schema['type'] === 'object');
  if (objects.length === 0) return schemas[0] ?? {};
  const fields = objects.flatMap(({ properties, required }) =>
    Object.entries(isJsonObject(properties) ? properties : {}).map(([name, schema]) => ({
      name,
      schema: isJsonObject(schema) ? schema : {},
      isRequired: Array.isArray(required) && required.includes(name),
    })),
  );
  const others = objects.map(({ additionalProperties }) => additionalProperties).find(isJsonObject);
  return objectSchema(fields, others);
}

/** An object with these fields, of which later ones override earlier ones of the same name. */
export function objectSchema(fields, others) {
  const required = [...new Set(fields.filter(({ isRequired }) => isRequired).map(({ name }) => name))];
  const properties = Object.fromEntries(fields.map(({ name, schema }) => [name, schema]));
  return sorted({
    type: 'object',
    ...(fields.length > 0 && { properties }),
    ...(required.length > 0 && { required }),
    ...(others && { additionalProperties: others }),
  });
}

/** A schema with what its declaration adds; without a declared type, the type of the default. */
export function declaredSchema(schema, literal, description) {
  const isTyped = Object.keys(schema).length > 0 || !literal;
  return sorted({
    ...(isTyped ? schema : inferredSchema(literal.value)),
    ...(literal && { default: literal.value }),
    ...(description && { description }),
  });
}

function inferredSchema(value) {
  if (value === null) return {};
  return { type: Array.isArray(value) ? 'array' : typeof value };
}
