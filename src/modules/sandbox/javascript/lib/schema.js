/** Types that check values, built like zod's, and made of JSON schemas. */
'use strict';
(function () {
  const issue = (path, message) => ({ path, message });
  const show = (value) => (typeof value === 'string' ? `'${value}'` : String(value));
  const listed = (values) =>
    values.length === 1 ? show(values[0]) : `${values.slice(0, -1).map(show).join(', ')} or ${show(values.at(-1))}`;

  class ZodError extends Error {
    constructor(issues, title) {
      const lines = issues.map(({ path, message }) => `${path.join('.') || '(root)'}\n  ${message}`);
      super(
        `${issues.length} validation error${issues.length === 1 ? '' : 's'} for ${title ?? 'value'}\n${lines.join('\n')}`,
      );
      this.name = 'ZodError';
      this.issues = issues;
      this.errors = issues;
    }
  }

  /**
   * `read(value, path, issues, isLenient)` returns the value as the type has it and adds to `issues` what is wrong.
   * Lenient: texts of forms become numbers and booleans.
   */
  class Type {
    constructor(schema, read, extra = {}) {
      this.schema = schema;
      this.read = read;
      Object.assign(this, { isOptional: false, hasDefault: false }, extra);
    }

    with(changes) {
      return Object.assign(Object.create(Object.getPrototypeOf(this)), this, changes);
    }

    run(value, path, issues, isLenient) {
      if (value === undefined) {
        if (this.hasDefault)
          return typeof this.fallback === 'function' ? this.fallback() : structuredClone(this.fallback);
        if (this.isOptional) return undefined;
        issues.push(issue(path, 'Field required'));
        return undefined;
      }
      return this.read(value, path, issues, isLenient);
    }

    safeParse(value, isLenient = false) {
      const issues = [];
      const data = this.run(value, [], issues, isLenient);
      return issues.length > 0
        ? { success: false, error: new ZodError(issues, this.schema.title) }
        : { success: true, data };
    }

    parse(value, isLenient = false) {
      const result = this.safeParse(value, isLenient);
      if (!result.success) throw result.error;
      return result.data;
    }

    async parseAsync(value) {
      return this.parse(value);
    }

    toJSONSchema() {
      return this.schema;
    }

    optional() {
      return this.with({ isOptional: true });
    }

    nullable() {
      return new Type(
        { anyOf: [this.schema, { type: 'null' }] },
        (value, ...rest) => (value === null ? null : this.read(value, ...rest)),
        this.presence(),
      );
    }

    nullish() {
      return this.nullable().optional();
    }

    presence() {
      const { isOptional, hasDefault, fallback } = this;
      return { isOptional, hasDefault, fallback };
    }

    default(fallback) {
      const value = typeof fallback === 'function' ? fallback() : fallback;
      return this.with({ hasDefault: true, fallback, schema: { ...this.schema, default: value } });
    }

    describe(description) {
      return this.with({ schema: { ...this.schema, description: String(description) } });
    }

    meta(fields) {
      return this.with({ schema: { ...this.schema, ...fields } });
    }

    refine(isValid, options) {
      const message = typeof options === 'string' ? options : (options?.message ?? 'Invalid input');
      return this.checked({}, isValid, message);
    }

    transform(change) {
      const { read } = this;
      return this.with({
        read: (value, path, issues, isLenient) => {
          const before = issues.length;
          const data = read.call(this, value, path, issues, isLenient);
          return issues.length > before ? data : change(data);
        },
      });
    }

    checked(schema, isValid, message) {
      const { read } = this;
      return this.with({
        schema: { ...this.schema, ...schema },
        read: (value, path, issues, isLenient) => {
          const before = issues.length;
          const data = read.call(this, value, path, issues, isLenient);
          if (issues.length === before && !isValid(data)) issues.push(issue(path, message));
          return data;
        },
      });
    }

    array() {
      return array(this);
    }

    or(other) {
      return union([this, other]);
    }

    min(size, message) {
      return this.bounded('min', size, (a, b) => a >= b, message);
    }

    max(size, message) {
      return this.bounded('max', size, (a, b) => a <= b, message);
    }

    length(size) {
      return this.min(size).max(size);
    }

    bounded(side, limit, isValid, message) {
      const { type } = this.schema;
      const word = side === 'min' ? 'at least' : 'at most';
      if (type === 'string' || type === 'array') {
        const unit = type === 'string' ? 'characters' : 'items';
        const key = type === 'string' ? `${side}Length` : `${side}Items`;
        return this.checked(
          { [key]: limit },
          (value) => isValid(value.length, limit),
          message ?? `Input should have ${word} ${limit} ${unit}`,
        );
      }
      const relation = side === 'min' ? 'greater than or equal to' : 'less than or equal to';
      const key = side === 'min' ? 'minimum' : 'maximum';
      return this.checked(
        { [key]: limit },
        (value) => isValid(value, limit),
        message ?? `Input should be ${relation} ${limit}`,
      );
    }

    gte(limit) {
      return this.min(limit);
    }

    lte(limit) {
      return this.max(limit);
    }

    gt(limit) {
      return this.checked(
        { exclusiveMinimum: limit },
        (value) => value > limit,
        `Input should be greater than ${limit}`,
      );
    }

    lt(limit) {
      return this.checked({ exclusiveMaximum: limit }, (value) => value < limit, `Input should be less than ${limit}`);
    }

    int() {
      return this.checked({ type: 'integer' }, Number.isInteger, 'Input should be a valid integer');
    }

    positive() {
      return this.gt(0);
    }

    negative() {
      return this.lt(0);
    }

    nonnegative() {
      return this.min(0);
    }

    nonempty() {
      return this.min(1);
    }

    regex(pattern, message) {
      return this.checked(
        { pattern: pattern.source },
        (value) => pattern.test(value),
        message ?? `String should match pattern '${pattern.source}'`,
      );
    }

    email() {
      return this.checked({ format: 'email' }, (value) => /^[^\s@]+@[^\s@]+$/.test(value), 'Invalid email');
    }

    url() {
      return this.checked({ format: 'uri' }, (value) => URL.canParse(value), 'Invalid URL');
    }

    uuid() {
      return this.checked(
        { format: 'uuid' },
        (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
        'Invalid UUID',
      );
    }

    trim() {
      return this.transform((value) => value.trim());
    }
  }

  const wrong = (path, issues, message) => void issues.push(issue(path, `Input should be ${message}`));

  function string() {
    return new Type({ type: 'string' }, (value, path, issues) =>
      typeof value === 'string' ? value : wrong(path, issues, 'a valid string'),
    );
  }

  function number() {
    return new Type({ type: 'number' }, (value, path, issues, isLenient) => {
      const isText = isLenient && typeof value === 'string' && value.trim() !== '';
      const found = isText ? Number(value) : value;
      return typeof found === 'number' && Number.isFinite(found) ? found : wrong(path, issues, 'a valid number');
    });
  }

  const WORDS = { true: true, false: false, on: true, off: false, yes: true, no: false, 1: true, 0: false };

  function boolean() {
    return new Type({ type: 'boolean' }, (value, path, issues, isLenient) => {
      if (typeof value === 'boolean') return value;
      const word = String(value).toLowerCase();
      return isLenient && Object.hasOwn(WORDS, word) ? WORDS[word] : wrong(path, issues, 'a valid boolean');
    });
  }

  function enumeration(values) {
    const list = Array.isArray(values) ? values : Object.values(values);
    const types = new Set(list.map((value) => typeof value));
    const schema = types.size === 1 ? { enum: list, type: [...types][0] } : { enum: list };
    return new Type(
      schema,
      (value, path, issues, isLenient) => {
        const found = list.find((item) => item === value || (isLenient && String(item) === String(value)));
        return found === undefined ? wrong(path, issues, listed(list)) : found;
      },
      { options: list, enum: Object.fromEntries(list.map((value) => [value, value])) },
    );
  }

  function literal(constant) {
    const type = constant === null ? 'null' : typeof constant;
    return new Type({ const: constant, type }, (value, path, issues) =>
      value === constant ? value : wrong(path, issues, show(constant)),
    );
  }

  const any = () => new Type({}, (value) => value, { isOptional: true });

  function array(item = any()) {
    const schema = Object.keys(item.schema).length > 0 ? { items: item.schema, type: 'array' } : { type: 'array' };
    return new Type(schema, (value, path, issues, isLenient) =>
      Array.isArray(value)
        ? value.map((entry, index) => item.run(entry, [...path, index], issues, isLenient))
        : wrong(path, issues, 'a valid list'),
    );
  }

  const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

  function define(target, name, value) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
  }

  function record(...types) {
    const item = types.at(-1) ?? any();
    const schema = Object.keys(item.schema).length > 0 ? { additionalProperties: item.schema } : {};
    return new Type({ ...schema, type: 'object' }, (value, path, issues, isLenient) => {
      if (!isRecord(value)) return wrong(path, issues, 'a valid dictionary');
      const result = {};
      for (const [name, entry] of Object.entries(value))
        define(result, name, item.run(entry, [...path, name], issues, isLenient));
      return result;
    });
  }

  function union(types) {
    return new Type({ anyOf: types.map(({ schema }) => schema) }, (value, path, issues, isLenient) => {
      for (const pass of [false, isLenient]) {
        for (const type of types) {
          const own = [];
          const data = type.run(value, path, own, pass);
          if (own.length === 0) return data;
        }
      }
      return wrong(path, issues, types.map(({ schema }) => schema.type ?? 'valid').join(' or '));
    });
  }

  const isNamed = (mask, name) => Object.hasOwn(mask, name) && Boolean(mask[name]);

  class ObjectType extends Type {
    constructor(shape, schema = {}, isOpen = false) {
      const names = Object.keys(shape);
      const required = names.filter((name) => !shape[name].isOptional && !shape[name].hasDefault);
      const properties = {};
      for (const name of names) define(properties, name, shape[name].schema);
      super(
        { ...schema, properties, ...(required.length > 0 && { required }), type: 'object' },
        (value, path, issues, isLenient) => {
          if (!isRecord(value)) return wrong(path, issues, 'a valid dictionary');
          const result = isOpen ? { ...value } : {};
          for (const name of names) {
            const own = Object.hasOwn(value, name) ? value[name] : undefined;
            const data = shape[name].run(own, [...path, name], issues, isLenient);
            if (data !== undefined) define(result, name, data);
          }
          return result;
        },
        { shape },
      );
    }

    extend(shape) {
      return new ObjectType({ ...this.shape, ...shape });
    }

    merge(other) {
      return this.extend(other.shape);
    }

    partial() {
      return new ObjectType(
        Object.fromEntries(Object.entries(this.shape).map(([name, type]) => [name, type.optional()])),
      );
    }

    pick(mask) {
      return new ObjectType(Object.fromEntries(Object.entries(this.shape).filter(([name]) => isNamed(mask, name))));
    }

    omit(mask) {
      return new ObjectType(Object.fromEntries(Object.entries(this.shape).filter(([name]) => !isNamed(mask, name))));
    }

    strict() {
      return this;
    }

    passthrough() {
      return new ObjectType(this.shape, this.schema, true);
    }
  }

  const READERS = {
    string: () => string(),
    number: () => number(),
    integer: () => number().int(),
    boolean: () => boolean(),
    null: () => literal(null),
    array: ({ items }) => array(items ? fromSchema(items) : any()),
    object: (schema) => fromObject(schema),
  };

  const BOUNDS = {
    ...{ minimum: 'min', maximum: 'max', minLength: 'min', maxLength: 'max', minItems: 'min', maxItems: 'max' },
    ...{ exclusiveMinimum: 'gt', exclusiveMaximum: 'lt' },
  };

  /** The type that a JSON schema stands for. */
  function fromSchema(schema) {
    let type = plainType(schema);
    for (const [key, method] of Object.entries(BOUNDS)) {
      if (typeof schema[key] === 'number') type = type[method](schema[key]);
    }
    if (typeof schema.pattern === 'string') type = type.regex(new RegExp(schema.pattern, 'u'));
    type = type.with({ schema: { ...schema, ...(type.schema.properties && { properties: type.schema.properties }) } });
    return 'default' in schema ? type.with({ hasDefault: true, fallback: schema.default }) : type;
  }

  function plainType(schema) {
    if (Array.isArray(schema.enum)) return enumeration(schema.enum);
    if ('const' in schema) return literal(schema.const);
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) return union(choices.map(fromSchema));
    if (Array.isArray(schema.type)) return union(schema.type.map((type) => fromSchema({ ...schema, type })));
    return Object.hasOwn(READERS, schema.type) ? READERS[schema.type](schema) : any();
  }

  function fromObject(schema) {
    const { properties, required = [], additionalProperties } = schema;
    if (!properties) return record(isRecord(additionalProperties) ? fromSchema(additionalProperties) : any());
    const shape = {};
    for (const [name, property] of Object.entries(properties)) {
      const type = property instanceof Type ? property : fromSchema(property);
      define(shape, name, type.with({ isOptional: !required.includes(name) }));
    }
    return new ObjectType(shape, schema);
  }

  const title = (name) =>
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .split(/[_\s]+/)
      .filter(Boolean)
      .map((word) => word[0].toUpperCase() + word.slice(1))
      .join(' ');

  const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

  /** A schema as clients make forms of it: each property with its title. */
  function withTitles(schema) {
    const properties = Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, property]) => [
        key,
        sorted({ title: title(key), ...property }),
      ]),
    );
    return sorted({ ...schema, properties, type: 'object' });
  }

  const z = {
    ...{
      string,
      number,
      boolean,
      literal,
      any,
      unknown: any,
      array,
      record,
      union,
      enum: enumeration,
      nativeEnum: enumeration,
    },
    ...{ object: (shape) => new ObjectType(shape), null: () => literal(null), ZodError, ZodType: Type },
    date: () => string().transform((text) => new Date(text)),
    optional: (type) => type.optional(),
    nullable: (type) => type.nullable(),
    int: () => number().int(),
    coerce: {
      string: () => any().transform(String),
      number: () =>
        any()
          .transform(Number)
          .refine((value) => !Number.isNaN(value)),
      boolean: () => any().transform(Boolean),
    },
  };
  z.z = z;
  z.default = z;

  return { z, Type, define, fromSchema, withTitles };
});
