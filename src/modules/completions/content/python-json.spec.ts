import { pythonJson } from './python-json';

describe('pythonJson', () => {
  it('puts a blank after separators', () => {
    expect(pythonJson({ a: [1, true, null], b: { c: 'd' }, e: undefined }, { ascii: true })).toBe(
      '{"a": [1, true, null], "b": {"c": "d"}}',
    );
  });

  it('escapes what is not ASCII, if asked to', () => {
    expect(pythonJson('é🍎\u007f', { ascii: true })).toBe('"\\u00e9\\ud83c\\udf4e\\u007f"');
    expect(pythonJson('é🍎', { ascii: false })).toBe('"é🍎"');
  });
});
