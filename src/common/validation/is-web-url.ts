import { ValidateBy } from 'class-validator';
import type { ValidationIssue } from '../errors/validation-error';

const SCHEME = /^\s*[a-z][a-z\d+.-]*:/i;

/** An absolute URL with `http` or `https`. */
export const IsWebUrl = (): PropertyDecorator =>
  ValidateBy({
    name: 'isWebUrl',
    validator: { validate: (value) => typeof value === 'string' && /^https?:$/.test(schemeOf(value) ?? '') },
  });

const schemeOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).protocol : undefined);

/** The contract's entry for a value that is none. */
export function describeWebUrl(value: unknown): Pick<ValidationIssue, 'type' | 'msg' | 'ctx'> {
  if (typeof value !== 'string') return { type: 'url_type', msg: 'URL input should be a string or URL' };
  if (schemeOf(value) !== undefined) {
    const schemes = "'http' or 'https'";
    return { type: 'url_scheme', msg: `URL scheme should be ${schemes}`, ctx: { expected_schemes: schemes } };
  }
  const error = SCHEME.test(value) ? 'invalid URL' : 'relative URL without a base';
  return { type: 'url_parsing', msg: `Input should be a valid URL, ${error}`, ctx: { error } };
}
