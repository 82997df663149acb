import { ValidateBy } from 'class-validator';
import { compilePattern } from './password-rules';

function isPattern(text: unknown): boolean {
  try {
    return typeof text === 'string' && compilePattern(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** A regular expression as text. */
export const IsPattern = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPattern',
    validator: { validate: isPattern, defaultMessage: () => '$property must be a regular expression' },
  });
