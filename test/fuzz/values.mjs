/** Seeded random values: bodies after a schema of the OpenAPI document, and what no client should send. */

/** mulberry32: the same numbers for the same seed. */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { chance: (share) => next() < share, pick: (list) => list[Math.floor(next() * list.length)], next };
}

/** FNV-1a: a seed for a text. */
export const seedOf = (text) =>
  [...text].reduce((hash, character) => Math.imul(hash ^ character.charCodeAt(0), 0x01000193), 0x811c9dc5) >>> 0;

const DEEP = JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`);

const STRINGS = [
  '',
  ' ',
  'a',
  '0',
  '-1',
  'true',
  'null',
  'x'.repeat(3000),
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '💥',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "' OR 1=1 --",
  '%00',
  '%',
  '2024-13-45',
  '2024-02-29',
  'http://127.0.0.1:1/x',
  'data:image/png;base64,AAAA',
  'person@example.com',
  '\u202e',
  '[[]]',
  '*',
  '(',
  '\\',
];

/** Numbers that `JSON.stringify` cannot write, and a key that literals cannot hold. */
const RAW = { '@@huge': '1e999', '@@long': '123456789012345678901234567890', '@@negative': '-1e400' };
const PROTO_KEY = '@@proto';

const ODD = [
  ...STRINGS,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  2 ** 31,
  -(2 ** 63),
  ...Object.keys(RAW),
  [],
  {},
  [[]],
  [{}],
  [null],
  ['a', 1, null],
  [[[['a']]]],
  DEEP,
  { [PROTO_KEY]: { id: 1 } },
  { constructor: { name: 'a' } },
  { toString: 1, valueOf: null, length: 1e9 },
  { '\0': 1, '': 2 },
  { toJSON: 1, then: 'a' },
  Array.from({ length: 300 }, (_, index) => index),
];

/** The text of a JSON value with the raw parts that the lists above stand for. */
export const toText = (value) =>
  (JSON.stringify(value) ?? '')
    .replaceAll(`"${PROTO_KEY}"`, '"__proto__"')
    .replace(/"@@(?:huge|long|negative)"/g, (mark) => RAW[mark.slice(1, -1)]);

const RAW_BODIES = [
  '',
  'null',
  '[]',
  '0',
  '"text"',
  '\ufeff{}',
  'NaN',
  '{"a":1e999}',
  '{"a":"\\ud800"}',
  '{"a":',
  '{a:1}',
  '{"id":"\\u0000"}',
  `${'['.repeat(2000)}`,
  '{"__proto__":{"admin":true}}',
  '\0',
  '{"a":1}{"a":2}',
];

export const oddValue = ({ pick }) => pick(ODD);
export const oddString = ({ pick }) => pick(STRINGS);

/** A value after a schema, as a client could send it. */
export function valueOf(schema, context, depth = 0) {
  const { random, document } = context;
  if (!schema || depth > 6) return oddValue(random);
  if (schema.$ref) return valueOf(document.components.schemas[schema.$ref.split('/').at(-1)], context, depth + 1);
  if (schema.enum) return random.pick(schema.enum);
  const either = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (either) return valueOf(random.pick(either), context, depth + 1);
  const [type] = [schema.type].flat();
  return (MAKERS[type] ?? objectOf)(context, schema, depth);
}

const numberOf = ({ random }) => random.pick([0, 1, 2, 100, -1, 2 ** 31]);

const MAKERS = {
  string: ({ random, ids }) => (random.chance(0.3) && ids.length > 0 ? random.pick(ids) : oddString(random)),
  integer: numberOf,
  number: numberOf,
  boolean: ({ random }) => random.chance(0.5),
  null: () => null,
  array: (context, { items }, depth) =>
    Array.from({ length: context.random.pick([0, 1, 1, 2, 3]) }, () => valueOf(items, context, depth + 1)),
};

function objectOf(context, schema, depth) {
  const { random } = context;
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => {
    return schema.required?.includes(name) || random.chance(0.7);
  });
  if (properties.length === 0) return random.chance(0.5) ? {} : { a: oddValue(random), title: 'T' };
  return Object.fromEntries(properties.map(([name, property]) => [name, valueOf(property, context, depth + 1)]));
}

/** Replaces a few parts of a value, at random places. */
function damaged(value, random) {
  if (value === null || typeof value !== 'object' || random.chance(0.2)) return oddValue(random);
  const copy = structuredClone(value);
  const keys = Object.keys(copy);
  const key = keys.length === 0 || random.chance(0.05) ? 'constructor' : random.pick(keys);
  copy[key] = damaged(copy[key], random);
  return copy;
}

/** The text of a body for an operation that takes this schema. */
export function bodyTextOf(schema, context) {
  const { random } = context;
  const value = valueOf(schema, context);
  const kind = random.next();
  if (kind < 0.25) return toText(value);
  if (kind < 0.75) return toText(random.chance(0.5) ? damaged(value, random) : damaged(damaged(value, random), random));
  if (kind < 0.85) return toText(oddValue(random));
  if (kind < 0.92) return toText(value).slice(0, Math.floor(random.next() * toText(value).length));
  return random.pick(RAW_BODIES);
}

const PATHS = [
  '%00',
  '%00%00',
  'a%00b',
  '%ed%a0%80',
  '%ff',
  '%',
  '%2f',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '-1',
  '0',
  '99999999999999999999',
  '1e9',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  "'",
  '%27%20OR%201=1',
  '💥',
  'x'.repeat(3000),
  '00000000-0000-0000-0000-000000000000',
  ' ',
  '*',
];

/** A percent-encoded part of a path. */
export function pathPartOf({ random, ids }) {
  if (ids.length > 0 && random.chance(0.45)) return encodeURIComponent(random.pick(ids));
  const part = random.pick(PATHS);
  return /%/.test(part) ? part : encodeURIComponent(part);
}
