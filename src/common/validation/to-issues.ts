import type { ValidationError as ClassValidatorError } from 'class-validator';
import { missing, type ValidationIssue } from '../errors/validation-error';
import { isJsonObject } from '../util/json';
import { describeCalendarDate } from './calendar-date';
import { coerceInteger } from './coerce';
import { describeWebUrl } from './is-web-url';

type Describe = (value: unknown, constraint: string) => Pick<ValidationIssue, 'type' | 'msg' | 'ctx'>;

const fixed = (type: string, msg: string): Describe => {
  return () => ({ type, msg });
};

const bound = (type: string, key: string, words: string): Describe => {
  return (_, constraint) => {
    const limit = Number(constraint.split(' ').at(-1));
    return { type, msg: `Input should be ${words} ${limit}`, ctx: { [key]: limit } };
  };
};

const atMost = (type: string, words: string, unit: string): Describe => {
  return (_, constraint) => {
    const limit = Number(constraint.split(' ').at(-2));
    return { type, msg: `${words} ${limit} ${unit}`, ctx: { max_length: limit } };
  };
};

const NOT_A_LIST = 'Input should be a valid list';
const NOT_AN_OBJECT = 'Input should be a valid dictionary or object to extract fields from';

/** Maps class-validator constraints to entries of the contract's 422 list; the first matching one is reported. */
const DESCRIPTIONS: Record<string, Describe> = {
  isArray: fixed('list_type', NOT_A_LIST),
  isString: fixed('string_type', 'Input should be a valid string'),
  isObject: fixed('dict_type', 'Input should be a valid dictionary'),
  isLaxInt: describeInteger,
  isLaxBoolean: describeBoolean,
  isCalendarDate: describeCalendarDate,
  isWebUrl: describeWebUrl,
  isNumber: fixed('float_type', 'Input should be a valid number'),
  min: bound('greater_than_equal', 'ge', 'greater than or equal to'),
  max: bound('less_than_equal', 'le', 'less than or equal to'),
  isNestedObject: fixed('model_attributes_type', NOT_AN_OBJECT),
  isListOfObjects: (value) =>
    Array.isArray(value)
      ? { type: 'model_attributes_type', msg: NOT_AN_OBJECT }
      : { type: 'list_type', msg: NOT_A_LIST },
  nestedValidation: fixed('model_attributes_type', NOT_AN_OBJECT),
  maxLength: atMost('string_too_long', 'String should have at most', 'characters'),
  arrayMaxSize: atMost('too_long', 'List should have at most', 'items'),
  isIn: (_, constraint) => ({ type: 'literal_error', msg: `Input should be ${constraint.split(': ').pop() ?? ''}` }),
};

function describeInteger(value: unknown): Pick<ValidationIssue, 'type' | 'msg'> {
  if (Number.isInteger(coerceInteger(value)))
    return { type: 'int_parsing_size', msg: 'Unable to parse input string as an integer, exceeded maximum size' };
  if (typeof value === 'number')
    return { type: 'int_from_float', msg: 'Input should be a valid integer, got a number with a fractional part' };
  if (typeof value === 'string')
    return { type: 'int_parsing', msg: 'Input should be a valid integer, unable to parse string as an integer' };
  return { type: 'int_type', msg: 'Input should be a valid integer' };
}

function describeBoolean(value: unknown): Pick<ValidationIssue, 'type' | 'msg'> {
  if (typeof value === 'string' || Number.isInteger(value))
    return { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' };
  return { type: 'bool_type', msg: 'Input should be a valid boolean' };
}

/** The 422 list of a class-validator result. `input` is the request value at the depth of `errors`. */
export function toIssues(errors: ClassValidatorError[], loc: (string | number)[], input: unknown): ValidationIssue[] {
  return errors.flatMap((error) => {
    const key = /^\d+$/.test(error.property) && Array.isArray(input) ? Number(error.property) : error.property;
    const value = childOf(input, key);
    const here = [...loc, key];
    if (value === undefined) return [missing(here, loc[0] === 'query' ? null : input)];
    if (error.children?.length) return toIssues(error.children, here, value);
    return firstIssue(error, here, value);
  });
}

function childOf(input: unknown, key: string | number): unknown {
  if (Array.isArray(input)) return input[Number(key)] as unknown;
  return isJsonObject(input) ? input[key] : undefined;
}

/** Rules that admit one of several types: the contract reports one entry for each, below the name of the type. */
const UNIONS: Record<string, readonly { type: string; rule: string }[]> = {
  isObjectOrString: [
    { type: 'dict[any,any]', rule: 'isObject' },
    { type: 'str', rule: 'isString' },
  ],
  isStringOrInteger: [
    { type: 'str', rule: 'isString' },
    { type: 'int', rule: 'isLaxInt' },
  ],
};

/** Rules for each item of a list: class-validator does not report which item breaks them. */
const ITEM_RULES: Record<string, (item: unknown) => boolean> = {
  isString: (item) => typeof item === 'string',
  isObject: isJsonObject,
  isListOfObjects: isJsonObject,
};

/** One entry per field or list item, as in the contract: a type error hides subsequent errors. */
function firstIssue(error: ClassValidatorError, loc: (string | number)[], input: unknown): ValidationIssue[] {
  const constraints = error.constraints ?? {};
  const name = Object.keys(DESCRIPTIONS).find((key) => key in constraints) ?? Object.keys(constraints)[0] ?? '';
  const message = constraints[name] ?? 'invalid';
  const union = UNIONS[name];
  if (union) return union.map(({ type, rule }) => toIssue(rule, message, [...loc, type], input));
  const rule = message.startsWith('each value in ') ? ITEM_RULES[name] : undefined;
  const items: unknown[] = rule && Array.isArray(input) ? input : [];
  const faulty = items.flatMap((item, index) =>
    rule?.(item) ? [] : toIssue(name === 'isListOfObjects' ? 'isNestedObject' : name, message, [...loc, index], item),
  );
  return faulty.length > 0 ? faulty : [toIssue(name, message, loc, input)];
}

function toIssue(name: string, message: string, loc: (string | number)[], input: unknown): ValidationIssue {
  const description = DESCRIPTIONS[name]?.(input, message) ?? { type: 'value_error', msg: `Value error, ${message}` };
  return { type: description.type, loc, msg: description.msg, input, ...(description.ctx && { ctx: description.ctx }) };
}
