import { ValidateBy, validateSync } from 'class-validator';
import { isJsonObject } from '../util/json';

type Constructor = new () => object;

/** A list of plain objects, each of which is valid as `type`: for values that no request class carries. */
export const IsListOf = (type: () => Constructor): PropertyDecorator =>
  ValidateBy({
    name: 'isListOf',
    validator: {
      validate: (value) => Array.isArray(value) && value.every((item) => isValid(type(), item)),
      defaultMessage: () => `$property must be a list of ${type().name} objects`,
    },
  });

const isValid = (type: Constructor, value: unknown): boolean =>
  isJsonObject(value) && validateSync(Object.assign(new type(), value)).length === 0;
