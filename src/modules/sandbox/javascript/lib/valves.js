/** Types of valves, however a source declares them. */
'use strict';
(function ({ library }) {
  const { Type, define, fromSchema, withTitles } = library('schema');

  const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

  /** `compiled`: the schema that the text of a class tells. The result has what makes an object of values. */
  function typeOf({ declared, values }, compiled, title) {
    const isClass = typeof declared === 'function';
    const { type, create } = isClass
      ? fromClass(declared, compiled)
      : { type: fromDeclared(declared ?? inferred(values)) };
    return { type: type.with({ schema: { title, ...type.schema } }), create };
  }

  function fromDeclared(declared) {
    if (declared instanceof Type) return declared;
    if (!isRecord(declared)) throw new TypeError('Valves have to be a class, a schema or a type');
    const isSchema = isRecord(declared.properties) && !(declared.properties instanceof Type);
    return fromSchema(isSchema ? { ...declared, type: 'object' } : { type: 'object', properties: declared });
  }

  /** Types and comments come from the text of the class, defaults from an instance. */
  function fromClass(Valves, compiled) {
    const defaults = new Valves();
    const schema = compiled ?? { type: 'object', properties: inferred(defaults) };
    const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
      const value = defaults[name];
      return [name, value === undefined || typeof value === 'function' ? property : { ...property, default: value }];
    });
    const type = fromSchema({ ...schema, properties: Object.fromEntries(properties) });
    return { type, create: (data) => defined(new Valves(), data) };
  }

  /** As fields of a class: no name of a valve reaches the prototype. */
  function defined(target, data) {
    for (const [name, value] of Object.entries(data)) define(target, name, value);
    return target;
  }

  const inferred = (values) =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => typeof value !== 'function')
        .map(([name, value]) => [name, { ...schemaFor(value), default: value }]),
    );

  function schemaFor(value) {
    if (value === null || value === undefined) return {};
    return { type: Array.isArray(value) ? 'array' : typeof value };
  }

  /** Stored values over the defaults. */
  function valuesOf({ type, create }, stored = {}) {
    const data = type.parse(stored, true);
    return create ? create(data) : data;
  }

  function defaultsOf({ type }) {
    const entries = Object.entries(type.shape ?? {}).filter(([, field]) => field.hasDefault);
    return Object.fromEntries(entries.map(([name, field]) => [name, field.schema.default ?? field.fallback]));
  }

  const schemaOf = ({ type }) => withTitles(type.toJSONSchema());

  return { typeOf, valuesOf, defaultsOf, schemaOf };
});
