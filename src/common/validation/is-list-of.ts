import { ValidateBy, validateSync } from 'class-validator';
import { isJsonObject } from '../util/json';

type Constructor = new () => object;

/** A list of plain objects that are valid as `type`: for settings, which have no request class. */
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
