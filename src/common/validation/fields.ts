import { Type } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested, type ValidationOptions } from 'class-validator';
import { isJsonObject } from '../util/json';
import { coerceCalendarDate, isCalendarDate } from './calendar-date';
import { coerceBoolean, coerceInteger } from './coerce';
import { MAX_CONTENT } from './lengths';

type Constructor = new () => object;
export interface FieldRule {
  nested?: () => Constructor;
  isList?: boolean;
  coerce?: (value: unknown) => unknown;
}

const rules = new WeakMap<object, Map<string, FieldRule>>();

/** The coercions and nested types declared by a request class and its base classes. */
export function fieldRulesOf(type: Constructor): Map<string, FieldRule> {
  const merged = new Map<string, FieldRule>();
  for (
    let proto: object | null = type.prototype as object;
    proto;
    proto = Object.getPrototypeOf(proto) as object | null
  )
    for (const [key, value] of rules.get(proto) ?? []) if (!merged.has(key)) merged.set(key, value);
  return merged;
}

function declare(rule: FieldRule): PropertyDecorator {
  return (target, key) => {
    const own = rules.get(target) ?? new Map<string, FieldRule>();
    rules.set(target, own.set(String(key), { ...own.get(String(key)), ...rule }));
  };
}

const all = (...decorators: PropertyDecorator[]): PropertyDecorator => {
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
};

/** An integer below 2^53; numeric strings and whole floats are accepted too (contract: lax coercion). */
export const IsLaxInt = (options?: ValidationOptions): PropertyDecorator =>
  all(
    declare({ coerce: coerceInteger }),
    ValidateBy({ name: 'isLaxInt', validator: { validate: (value) => Number.isSafeInteger(value) } }, options),
  );

/** A boolean; `1`, `0`, `"yes"`, `"off"` and the like are accepted too (contract: lax coercion). */
export const IsLaxBoolean = (options?: ValidationOptions): PropertyDecorator =>
  all(
    declare({ coerce: coerceBoolean }),
    ValidateBy({ name: 'isLaxBoolean', validator: { validate: (value) => typeof value === 'boolean' } }, options),
  );

/** A day as `YYYY-MM-DD`; a date with a time of zero is accepted too (contract: lax coercion). */
export const IsCalendarDate = (options?: ValidationOptions): PropertyDecorator =>
  all(
    declare({ coerce: coerceCalendarDate }),
    ValidateBy({ name: 'isCalendarDate', validator: { validate: isCalendarDate } }, options),
  );

/**
 * A nested request class, validated like the outer one. With `each`, a list of them; without it, lists are rejected.
 */
export const Nested = (type: () => Constructor, options?: { each: boolean }): PropertyDecorator =>
  all(
    declare({ nested: type, isList: options?.each }),
    Type(type),
    ValidateNested(options),
    options?.each ? IsListOfObjects : IsNestedObject,
  );

/** class-validator accepts lists within the list as objects. */
const IsListOfObjects = ValidateBy({
  name: 'isListOfObjects',
  validator: {
    validate: (value) => Array.isArray(value) && value.every(isJsonObject),
    defaultMessage: () => 'each value in $property must be an object',
  },
});

const IsNestedObject = ValidateBy({ name: 'isNestedObject', validator: { validate: isJsonObject } });

export const IsObjectOrString = (): PropertyDecorator =>
  ValidateBy({
    name: 'isObjectOrString',
    validator: { validate: (value) => isJsonObject(value) || typeof value === 'string' },
  });

/** A string or an integer; booleans count as 1 and 0 (contract: lax coercion). */
export const IsStringOrInteger = (): PropertyDecorator =>
  all(
    declare({ coerce: (value) => (typeof value === 'boolean' ? Number(value) : value) }),
    ValidateBy({
      name: 'isStringOrInteger',
      validator: { validate: (value) => typeof value === 'string' || Number.isSafeInteger(value) },
    }),
  );

/** The field is required, but may be null. */
export const NullOr = (): PropertyDecorator => ValidateIf((_, value) => value !== null);

/** An object whose JSON has at most `limit` characters; by default it fits into a row. */
export const IsSmall = (limit = MAX_CONTENT): PropertyDecorator =>
  ValidateBy({
    name: 'isSmall',
    validator: {
      validate: (value) => !isJsonObject(value) || JSON.stringify(value).length <= limit,
      defaultMessage: () => `$property must have at most ${limit} characters as JSON`,
    },
  });

const openTypes = new WeakSet<object>();

/** A request class that retains undeclared keys. */
export const KeepUnknownKeys = (): ClassDecorator => {
  return (type) => void openTypes.add(type);
};

export const keepsUnknownKeys = (type: Constructor): boolean => openTypes.has(type);
