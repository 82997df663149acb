import fc from 'fast-check';
import { pythonJson } from '../content/python-json';
import { knownArguments, parseArguments } from './call-arguments';
import { parsePythonLiteral } from './python-literal';

describe('parseArguments', () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ["{'a': 1, 'b': [True, None, False,], }", { a: 1, b: [true, null, false] }],
    ["{'t': ('x', -1.5e3), \"q\": 'it\\'s'}", { t: ['x', -1500], q: "it's" }],
    ["{'e': '\\n\\x41\\u00e9\\U0001f600\\q'}", { e: '\nAé😀\\q' }],
    ["{'n': 1_000, 'j': true, 1: 'x'}", { n: 1000, j: true, '1': 'x' }],
    ['{}', {}],
    ['', {}],
    ['[1]', {}],
    ['{broken', {}],
    ["{'a': }", {}],
    ["{'a' 1}", {}],
    ["{'a': 1} x", {}],
    ["{'a': '\\x4'}", {}],
    ["{'a': __import__('os')}", {}],
    ["{'a': '", {}],
  ])('reads %s', (text, expected) => {
    expect(parseArguments(text)).toEqual(expected);
  });

  it('reads what Python writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(parsePythonLiteral(pythonJson(value, { ascii: true }))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(parseArguments(`{'a': ${'['.repeat(100_000)}`)).toEqual({});
  });
});

describe('knownArguments', () => {
  it('drops arguments that are not in the schema', () => {
    expect(knownArguments({ a: 1, toString: 2 }, { properties: { a: {} } })).toEqual({ a: 1 });
    expect(knownArguments({ a: 1 }, {})).toEqual({ a: 1 });
  });
});
