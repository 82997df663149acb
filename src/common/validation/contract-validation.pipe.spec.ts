import 'reflect-metadata';
import { IsArray, IsObject, IsOptional, IsString, Min } from 'class-validator';
import { ValidationError } from '../errors/validation-error';
import { ContractValidationPipe } from './contract-validation.pipe';
import { IsLaxBoolean, IsLaxInt, Nested } from './fields';

class Item {
  @IsString() name: string;
}
class Form {
  @IsString() title: string;
  @IsObject() chat: Record<string, unknown>;
  @IsOptional() @IsLaxInt() @Min(1) page?: number;
  @IsOptional() @IsLaxBoolean() flag?: boolean;
  @IsOptional() @IsArray() @Nested(() => Item, { each: true }) items?: Item[];
  @IsOptional() @IsArray() @IsString({ each: true }) names?: string[];
}

const pipe = new ContractValidationPipe();
const parse = (value: unknown, type: 'body' | 'query' = 'body') =>
  pipe.transform(value, { type, metatype: Form, data: undefined }) as Form;

function issuesOf(value: unknown) {
  try {
    parse(value);
  } catch (error) {
    return (error as ValidationError).issues;
  }
  throw new Error('no validation error');
}

describe('ContractValidationPipe', () => {
  it('reports all faults at once, in field order, in the form of the contract', () => {
    const body = { title: 5, page: '1.5', flag: 'maybe', items: [{ name: 1 }, {}, 7] };
    expect(issuesOf(body)).toEqual([
      { type: 'string_type', loc: ['body', 'title'], msg: 'Input should be a valid string', input: 5 },
      { type: 'missing', loc: ['body', 'chat'], msg: 'Field required', input: body },
      expect.objectContaining({ type: 'int_parsing', loc: ['body', 'page'], input: '1.5' }),
      expect.objectContaining({ type: 'bool_parsing', loc: ['body', 'flag'], input: 'maybe' }),
      expect.objectContaining({ type: 'string_type', loc: ['body', 'items', 0, 'name'], input: 1 }),
      expect.objectContaining({ type: 'missing', loc: ['body', 'items', 1, 'name'], input: {} }),
      expect.objectContaining({ type: 'model_attributes_type', loc: ['body', 'items', 2], input: 7 }),
    ]);
  });

  it('names each item of a list that is none of its kind', () => {
    const names = (value: unknown) => issuesOf({ title: 't', chat: {}, names: value });
    expect(names(['a', 1, 'b', null])).toEqual([
      { type: 'string_type', loc: ['body', 'names', 1], msg: 'Input should be a valid string', input: 1 },
      { type: 'string_type', loc: ['body', 'names', 3], msg: 'Input should be a valid string', input: null },
    ]);
    expect(names('a')).toMatchObject([{ type: 'list_type', loc: ['body', 'names'], input: 'a' }]);
  });

  it.each([
    [[[]], ['body', 'items', 0], 'model_attributes_type'],
    [[[{ name: 'a' }]], ['body', 'items', 0], 'model_attributes_type'],
    [{}, ['body', 'items'], 'list_type'],
    ['a', ['body', 'items'], 'list_type'],
  ])('%j is no list of nested bodies', (items, loc, type) => {
    expect(issuesOf({ title: 't', chat: {}, items })).toMatchObject([{ loc, type }]);
  });

  it('repeats no more than 200 characters of a value, and no more than 100 faults', () => {
    const text = 'x'.repeat(1000);
    const [title, chat] = issuesOf({ title: [text], more: text });
    expect(title?.input).toBe(`["${'x'.repeat(198)}`);
    expect(chat?.input).toBe(`{"title":["${'x'.repeat(189)}`);
    expect(issuesOf({ title: 't', chat: {}, page: text })[0]?.input).toBe('x'.repeat(200));
    expect(issuesOf({ title: 't', chat: {}, names: Array(5000).fill(1) })).toHaveLength(100);
  });

  it('turns an id with U+0000 into one that no row has', () => {
    const param = (value: string) => pipe.transform(value, { type: 'param', metatype: String, data: 'id' });
    expect(['a\0b', '\0', 'ab', '\ud800'].map(param)).toEqual(['a\uFFFDb', '\uFFFD', 'ab', '\uFFFD']);
  });

  it('coerces integers and booleans as the contract does', () => {
    const form = parse({ title: 't', chat: {}, page: '2', flag: 'off' });
    expect([form.page, form.flag]).toEqual([2, false]);
  });

  it.each(['9'.repeat(30), 1e25, -1e16])('%p is more than a column holds', (page) => {
    expect(issuesOf({ title: 't', chat: {}, page })).toMatchObject([{ type: 'int_parsing_size', input: page }]);
  });

  it('keeps open values by reference and drops unknown keys', () => {
    const chat = { b: 1, a: { z: [1] } };
    const form = parse({ title: 't', chat, extra: true });
    expect(form.chat).toBe(chat);
    expect(form).not.toHaveProperty('extra');
  });

  it.each(['{"constructor":{},"title":5,"chat":{}}', '{"__proto__":{"title":"t"},"title":5,"chat":{}}'])(
    'checks %s as any other body',
    (text) => expect(issuesOf(JSON.parse(text))).toMatchObject([{ type: 'string_type', loc: ['body', 'title'] }]),
  );

  it('checks nested bodies that name a constructor', () => {
    const items: unknown = JSON.parse('[{"constructor":{},"name":1}]');
    expect(issuesOf({ title: 't', chat: {}, items })).toMatchObject([{ loc: ['body', 'items', 0, 'name'] }]);
  });

  it('reports ranges with their limit', () => {
    expect(issuesOf({ title: 't', chat: {}, page: 0 })).toEqual([
      {
        type: 'greater_than_equal',
        loc: ['body', 'page'],
        msg: 'Input should be greater than or equal to 1',
        input: 0,
        ctx: { ge: 1 },
      },
    ]);
  });

  it('distinguishes a missing body from a body of another kind', () => {
    expect(issuesOf(undefined)).toEqual([{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }]);
    expect(issuesOf([1])).toEqual([expect.objectContaining({ type: 'model_attributes_type', loc: ['body'] })]);
  });
});
