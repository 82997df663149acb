/** Texts of values, in the form that Node.js prints them. */
'use strict';
(function () {
  const MAX_DEPTH = 4;
  const MAX_ITEMS = 100;
  const LINE = 76;
  const IDENTIFIER = /^[\w$]+$/;

  const PRIMITIVES = {
    string: (value) => quoted(value),
    bigint: (value) => `${value}n`,
    symbol: (value) => value.toString(),
    number: (value) => (Object.is(value, -0) ? '-0' : String(value)),
    function: (value) => functionText(value),
  };

  function inspect(value, depth = 0, seen = []) {
    const text = PRIMITIVES[typeof value];
    if (text) return text(value);
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.includes(value)) return '[Circular]';
    return objectText(value, depth, [...seen, value]);
  }

  const quoted = (text) =>
    text.includes("'") ? JSON.stringify(text) : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;

  const functionText = (value) =>
    `[${/^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'Function'}${value.name ? ` ${value.name}` : ' (anonymous)'}]`;

  /** Texts of what is no container. */
  const SIMPLE = [
    [Error, (value) => (value.stack ? `${value}\n${value.stack}`.trimEnd() : String(value))],
    [Date, (value) => (Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString())],
    [RegExp, String],
    [Promise, () => 'Promise { … }'],
  ];

  function objectText(value, depth, seen) {
    const [, text] = SIMPLE.find(([type]) => value instanceof type) ?? [];
    if (text) return text(value);
    const name = prefixOf(value);
    if (depth > MAX_DEPTH) return Array.isArray(value) ? '[Array]' : `[${name || 'Object'}]`;
    const isList = Array.isArray(value) || ArrayBuffer.isView(value);
    const texts = textsOf(value, isList, (item) => inspect(item, depth + 1, seen));
    return isList ? joined(name, '[', texts, ']', depth) : joined(name, '{', texts, '}', depth);
  }

  function textsOf(value, isList, inner) {
    if (isList) return items(value, inner);
    if (value instanceof Set) return items([...value], inner);
    if (value instanceof Map) return items([...value], ([key, item]) => `${inner(key)} => ${inner(item)}`);
    return shortened(
      Object.keys(value).map((key) => `${IDENTIFIER.test(key) ? key : quoted(key)}: ${field(value, key, inner)}`),
    );
  }

  function field(value, key, inner) {
    const { get, set } = Object.getOwnPropertyDescriptor(value, key) ?? {};
    return get || set ? '[Getter]' : inner(value[key]);
  }

  function prefixOf(value) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null) return '[Object: null prototype]';
    const { constructor } = prototype;
    const name = typeof constructor === 'function' ? constructor.name : '';
    if (name === 'Object' || name === 'Array') return '';
    const size = value.size ?? (ArrayBuffer.isView(value) ? value.length : undefined);
    return size === undefined ? name : `${name}(${size})`;
  }

  const items = (list, text) =>
    shortened(
      Array.from(list)
        .slice(0, MAX_ITEMS + 1)
        .map(text),
      list.length ?? list.size,
    );

  function shortened(texts, size = texts.length) {
    if (size <= MAX_ITEMS) return texts;
    const rest = size - MAX_ITEMS;
    return [...texts.slice(0, MAX_ITEMS), `... ${rest} more item${rest === 1 ? '' : 's'}`];
  }

  function joined(name, open, texts, close, depth) {
    const start = name ? `${name} ${open}` : open;
    if (texts.length === 0) return start + close;
    const isShort = texts.reduce((sum, text) => sum + text.length + 2, start.length) <= LINE;
    if (isShort && !texts.some((text) => text.includes('\n'))) return `${start} ${texts.join(', ')} ${close}`;
    const indent = '  '.repeat(depth + 1);
    return `${start}\n${texts.map((text) => indent + text).join(',\n')}\n${'  '.repeat(depth)}${close}`;
  }

  const plainText = (value) => (typeof value === 'string' ? value : inspect(value));

  const DIRECTIVES = {
    s: (value) => plainText(value),
    d: (value) => String(Number(value)),
    i: (value) => String(Math.trunc(Number(value))),
    f: (value) => String(Number(value)),
    j: (value) => JSON.stringify(value) ?? 'undefined',
    o: (value) => inspect(value),
    O: (value) => inspect(value),
    c: () => '',
  };

  /** Arguments of `console.log` as one line. */
  function format(values) {
    const [first, ...rest] = values;
    if (typeof first !== 'string') return values.map(plainText).join(' ');
    const text = first.replace(/%([sdifjoOc%])/g, (all, letter) => {
      if (letter === '%') return '%';
      return rest.length > 0 ? DIRECTIVES[letter](rest.shift()) : all;
    });
    return [text, ...rest.map(plainText)].join(' ');
  }

  return { inspect, plainText, format };
});
