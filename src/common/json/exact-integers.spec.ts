import * as fc from 'fast-check';
import { attachExactIntegers, toExactJson } from './exact-integers';

const parsed = (text: string): Record<string, unknown> => {
  const value = JSON.parse(text) as Record<string, unknown>;
  attachExactIntegers(text, value);
  return value;
};

describe('exact integers', () => {
  it('survive parsing and a copy with other keys', () => {
    const text = '{"seed":9223372036854775807,"list":[-9007199254740993,{"a":"9007199254740993"}],"n":1e400}';
    const { n: _, ...rest } = parsed(text);
    expect(toExactJson({ model: 'm', ...rest })).toBe(`{"model":"m",${text.slice(1, -11)}}`);
  });

  it('are found by the object that a value was made from', () => {
    const source = parsed('{"seed":12345678901234567891}');
    expect(toExactJson({ options: { seed: source.seed } }, source)).toBe('{"options":{"seed":12345678901234567891}}');
    expect(toExactJson({ seed: source.seed })).toBe('{"seed":12345678901234567000}');
  });

  it('are the same numbers for any list of integers', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })), (numbers) => {
        const text = `{"list":[${numbers.join(',')}]}`;
        expect(toExactJson(parsed(text))).toBe(text);
      }),
    );
  });

  it('leave other values alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const text = JSON.stringify({ json });
        expect(toExactJson(parsed(text))).toBe(text);
      }),
    );
  });
});
