import { ValidateBy } from 'class-validator';

/** A string that `parse` accepts without throwing. `expected` completes the message: "$property must be …". */
export const IsParsable = (parse: (text: string) => unknown, expected: string): PropertyDecorator =>
  ValidateBy({
    name: 'isParsable',
    validator: {
      validate: (value) => typeof value === 'string' && doesNotThrow(() => parse(value)),
      defaultMessage: () => `$property must be ${expected}`,
    },
  });

function doesNotThrow(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
