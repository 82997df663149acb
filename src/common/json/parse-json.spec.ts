import * as fc from 'fast-check';
import { ValidationError } from '../errors/validation-error';
import { parseJson, parseLargeJson } from './parse-json';
import { SLICE_LENGTH } from './sliced-json';

/** Longer than a slice, in a string or in blanks. */
const long = 'x'.repeat(SLICE_LENGTH);
const blank = ' '.repeat(SLICE_LENGTH);

async function outcomeOf(parse: () => unknown): Promise<unknown> {
  try {
    return { value: JSON.stringify(await parse()) };
  } catch (error) {
    return (error as ValidationError).issues;
  }
}
const bothWays = async (text: string) => [
  await outcomeOf(() => parseLargeJson(text)),
  await outcomeOf(() => parseJson(text)),
];

describe('parseLargeJson', () => {
  it.each([
    [
      'members before, around and behind long ones',
      `{"a":1,"b":{"c":[1,2,"${long}",{"d":[]},3],"e":{}},"f":[{}],"g":"\\u0000"}`,
    ],
    [
      'blanks of all kinds',
      ` \t{ "a" : [ ${blank} 1 ,\n${blank} { } ${blank} , [ ${blank} ] ] , "b" : ${blank} 2 } \r`,
    ],
    ['repeated keys', `{"a":1,"b":2,"c":["${long}"],"a":{"x":"${long}"},"b":3}`],
    ['keys that look like numbers', `{"b":"${long}","2":["${long}"],"1":"${long}","a":0}`],
    ['quotes and brackets in strings', `["\\"]}{[,${long}\\\\",["\\\\\\"]${long}"],{"a]\\"{":"${long}"}]`],
    ['a long string alone', `"${long}"`],
    ['empty containers that are long', `[[${blank}],{${blank}}]`],
    ['long containers side by side', `[["${long}"],["${long}"],{"a":"${long}"}]`],
  ])('reads %s as JSON.parse does', async (_, text) => {
    const [sliced, whole] = await bothWays(text);
    expect(sliced).toEqual(whole);
    expect(sliced).toHaveProperty('value');
  });

  it('takes __proto__ for a key like any other', async () => {
    const value = (await parseLargeJson(`{"__proto__":{"a":["${long}"]},"b":"${long}","__proto__":1}`)) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'b']);
  });

  it.each([
    `["${long}",]`,
    `[["${long}"],]`,
    `[["${long}"] x,1]`,
    `[["${long}"]["${long}"]]`,
    `[["${long}"],,1]`,
    `[,["${long}"]]`,
    `[1 ["${long}"]]`,
    `{"a" 1 ["${long}"]}`,
    `{"a":1 "b":["${long}"]}`,
    `{["${long}"]}`,
    `{"a":"${long}",}`,
    `["${long}"}`,
    `[{"a":"${long}"]]`,
    `["${long}"]]`,
    `["${long}"] 1`,
    `1 ["${long}"]`,
    `["${long}"],["${long}"]`,
    `["${long}`,
    `[["${long}"]`,
    `\u00a0["${long}"]`,
  ])('refuses what JSON.parse refuses, with its words (%#)', async (text) => {
    const [sliced, whole] = await bothWays(text);
    expect(sliced).toEqual(whole);
    expect(sliced).not.toHaveProperty('value');
  });

  it('agrees with JSON.parse on random values and damaged texts', async () => {
    const padded = fc.json({ maxDepth: 4 }).chain((text) =>
      fc.record({
        text: fc.constant(text.replace(/[[{,]/g, (mark) => mark + ' '.repeat(70_000)).slice(0, 4_000_000)),
        cut: fc.oneof(fc.constant(0), fc.nat(3)),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        insert: fc.constantFrom('', ',', ']', '}', '[', '{', '"', ':'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(padded, async ({ text, cut, at, insert }) => {
        const place = Math.floor(text.length * at);
        const [sliced, whole] = await bothWays(text.slice(0, place) + insert + text.slice(place + cut));
        expect(sliced).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('lets other work in between', async () => {
    let turns = 0;
    const count = () => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await parseLargeJson(`[${`"${long}",`.repeat(40)}1]`);
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(20);
  });

  it('stops at too many values and too deep ones', async () => {
    await expect(parseLargeJson(`[${'0,'.repeat(300_000)}1]`, 1000)).rejects.toBeInstanceOf(ValidationError);
    await expect(parseLargeJson('['.repeat(400_000))).rejects.toBeInstanceOf(ValidationError);
  });
});
