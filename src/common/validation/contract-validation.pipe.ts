import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { missing, ValidationError } from '../errors/validation-error';
import { isJsonObject, storable } from '../util/json';
import { fieldRulesOf, keepsUnknownKeys, type FieldRule } from './fields';
import { toIssues } from './to-issues';

type Constructor = new () => object;
/** Keys by which a body could bypass validation: class-validator finds its rules by `constructor`. */
const RESERVED = new Set(['__proto__', 'constructor']);
const PLAIN_TYPES: unknown[] = [String, Boolean, Number, Array, Object, Buffer];

/**
 * Validates bodies and queries by their request class; errors are 422 with the contract's list. Unknown keys are
 * dropped, unless the class is marked `@KeepUnknownKeys()`; open values (`Record<string, unknown>`) are passed by
 * reference, whatever their size, so free-form JSON retains every key and its order. A body typed as `Record<string,
 * unknown>` must be an object and is not changed.
 */
@Injectable()
export class ContractValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'param') return storableParam(value);
    if (type === 'query') return this.parse(storable(value), type, metatype);
    return type === 'body' ? this.parse(value, type, metatype) : value;
  }

  private parse(value: unknown, type: 'body' | 'query', metatype: ArgumentMetadata['metatype']): unknown {
    if (type === 'body' && value === undefined) throw new ValidationError([missing(['body'], null)]);
    if (metatype === Object && type === 'body') return openObject(value);
    if (!metatype || PLAIN_TYPES.includes(metatype)) return value;
    return this.validate(metatype as Constructor, value, type);
  }

  private validate(metatype: Constructor, value: unknown, source: 'body' | 'query'): object {
    if (!isJsonObject(value)) throw notAnObject(value);
    const instance = instantiate(metatype, value);
    const errors = validateSync(instance, {
      whitelist: !keepsUnknownKeys(metatype),
      stopAtFirstError: false,
      forbidUnknownValues: false,
    });
    if (errors.length > 0) throw new ValidationError(toIssues(errors, [source], value));
    return instance;
  }
}

/** U+0000 is replaced instead of removed: an id must not become the id of another row. */
const storableParam = (value: unknown): unknown =>
  typeof value === 'string' ? storable(value.replaceAll('\0', '\uFFFD')) : storable(value);

function notAnObject(input: unknown): ValidationError {
  const msg = 'Input should be a valid dictionary or object to extract fields from';
  return new ValidationError([{ type: 'model_attributes_type', loc: ['body'], msg, input }]);
}

function openObject(value: unknown): unknown {
  if (isJsonObject(value)) return value;
  const msg = 'Input should be a valid dictionary';
  throw new ValidationError([{ type: 'dict_type', loc: ['body'], msg, input: value }]);
}

/**
 * An instance of `type` with the declared coercions and nested classes; other values are passed by reference
 * (class-transformer would copy a chat of 40 MB key by key).
 */
export function instantiate(type: Constructor, source: object): object {
  const rules = fieldRulesOf(type);
  const instance = new type() as Record<string, unknown>;
  for (const [key, value] of Object.entries(source) as [string, unknown][]) {
    if (RESERVED.has(key)) continue;
    instance[key] = convert(value, rules.get(key));
  }
  return instance;
}

function convert(value: unknown, { nested, isList, coerce }: FieldRule = {}): unknown {
  if (!nested) return coerce ? coerce(value) : value;
  if (isList && Array.isArray(value)) return value.map((item: unknown) => instantiateNested(nested(), item));
  return isList ? value : instantiateNested(nested(), value);
}

const instantiateNested = (type: Constructor, value: unknown): unknown =>
  isJsonObject(value) ? instantiate(type, value) : value;
