import { documentationOf } from './jsdoc.mjs';
import { keyOf, literalOf } from './literal.mjs';
import { annotated } from './syntax.mjs';
import { declaredSchema, objectSchema } from './type-schema.mjs';

/** Class chains are followed this far. */
const MAX_BASES = 20;

/** What a module declares at its top level. */
export class Declarations {
  /** Values by name, with the nodes whose comments may document them: constants, classes and functions. */
  declared = new Map();
  /** Local names by the names they are exported by. */
  exported = new Map();
  default;

  constructor(statements) {
    for (const statement of statements) {
      if (statement.type === 'ExportNamedDeclaration') this.addExport(statement);
      else if (statement.type === 'ExportDefaultDeclaration') this.addDefault(statement);
      else this.add(statement, [statement]);
    }
  }

  classOf(name) {
    const value = this.declared.get(name)?.value;
    return value && isClass(value) ? { node: value, name } : undefined;
  }

  /** A class exported as `default`, whatever it is called. */
  defaultClass() {
    if (this.default) return { node: this.default, name: this.default.id?.name };
    const local = this.exported.get('default');
    return local === undefined ? undefined : this.classOf(local);
  }

  exportedNames() {
    return [...this.exported.keys()];
  }

  exportedFunctions() {
    return [...this.exported].flatMap(([name, local]) => {
      const entry = this.declared.get(local);
      return entry && isFunction(entry.value) ? [{ name, node: entry.value, documented: entry.documented }] : [];
    });
  }

  /** Public methods of a class and of the classes it extends: no `_names`, `#names`, accessors, or what JSDoc hides. */
  methodsOf(node) {
    const methods = new Map();
    let current = node;
    for (let depth = 0; current && depth < MAX_BASES; depth += 1) {
      for (const member of current.body.body) {
        const method = methodOf(member);
        if (method && !methods.has(method.name)) methods.set(method.name, method);
      }
      current = current.superClass?.type === 'Identifier' ? this.classOf(current.superClass.name)?.node : undefined;
    }
    return [...methods.values()];
  }

  /**
   * Where valves are declared: a class, a static field of the entry, or a constant. `schema` only when the text alone
   * tells it; `name` when the module has to export it for the runner.
   */
  valvesOf(kind, entry, types) {
    const variable = kind === 'Valves' ? 'valves' : 'userValves';
    const member = entry?.body.body.find((item) => isProperty(item) && item.static && keyOf(item) === kind);
    const inner = member && isProperty(member) && member.value?.type === 'ClassExpression' ? member.value : undefined;
    if (inner) return { schema: fieldsSchema(inner, kind, types) };
    const outer = this.classOf(kind);
    if (outer) return { name: kind, schema: fieldsSchema(outer.node, kind, types) };
    const name = [variable, kind].find((candidate) => this.declared.has(candidate));
    return { ...(name && { name }), schema: null };
  }

  addExport(statement) {
    if (statement.exportKind === 'type') return;
    if (statement.declaration) {
      for (const name of this.add(statement.declaration, [statement, statement.declaration])) {
        this.exported.set(name, name);
      }
    }
    for (const specifier of statement.source ? [] : statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier') continue;
      const { exported } = specifier;
      this.exported.set(exported.type === 'Identifier' ? exported.name : exported.value, specifier.local.name);
    }
  }

  addDefault(statement) {
    const { declaration } = statement;
    if (declaration.type === 'Identifier') this.exported.set('default', declaration.name);
    else if (isClass(declaration)) {
      this.default = declaration;
      this.add(declaration, [declaration]);
    } else if (declaration.type === 'FunctionDeclaration') {
      for (const name of this.add(declaration, [statement, declaration])) this.exported.set(name, name);
    }
  }

  /** Records what a statement declares, and returns the names. */
  add(node, documented) {
    if (node.type === 'VariableDeclaration') {
      const entries = node.declarations.flatMap(({ id, init }) =>
        id.type === 'Identifier' && init ? [{ name: id.name, value: init, documented }] : [],
      );
      for (const entry of entries) this.declared.set(entry.name, entry);
      return entries.map(({ name }) => name);
    }
    if (node.type !== 'FunctionDeclaration' && node.type !== 'ClassDeclaration') return [];
    const name = node.id?.name;
    if (name === undefined) return [];
    this.declared.set(name, { name, value: node, documented });
    return [name];
  }
}

const isClass = (node) => node.type === 'ClassDeclaration' || node.type === 'ClassExpression';

const isProperty = (node) => node.type === 'ClassProperty';

const isFunction = (node) =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

function methodOf(member) {
  const node = functionOf(member);
  if (!node || !('key' in member) || !('static' in member) || member.static) return undefined;
  const name = keyOf(member);
  const { accessibility } = member;
  const isHidden = accessibility === 'private' || accessibility === 'protected' || documentationOf(member).isHidden;
  return name === undefined || name.startsWith('_') || isHidden ? undefined : { name, node, documented: [member] };
}

function functionOf(member) {
  if (member.type === 'ClassMethod') return member.kind === 'method' ? member : undefined;
  return isProperty(member) && member.value && isFunction(member.value) ? member.value : undefined;
}

/** The public fields of a class as JSON schema. */
function fieldsSchema(node, title, types) {
  const fields = node.body.body.flatMap((member) => {
    const name = isProperty(member) && !member.static ? keyOf(member) : undefined;
    return name === undefined || !isProperty(member) || name.startsWith('_') ? [] : [fieldOf(name, member, types)];
  });
  return { title, ...objectSchema(fields) };
}

function fieldOf(name, member, types) {
  const { schema, isOptional } = types.of(annotated(member));
  const { description } = documentationOf(member);
  return {
    name,
    schema: declaredSchema(schema, literalOf(member.value), description),
    isRequired: !member.value && !isOptional && member.optional !== true,
  };
}
