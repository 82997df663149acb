import { AppError } from './app-error';
import { excerptOf } from './excerpt';

/** Further issues are dropped: a response must not be larger than its request. */
const MAX_ISSUES = 100;

/** One entry of the 422 list. */
export interface ValidationIssue {
  type: string;
  /** `body`, `query` or `path`, then the property names and array indexes. */
  loc: (string | number)[];
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

/**
 * 422: the body, query or path does not have the documented form. All issues are reported, in field order. Each `input`
 * is truncated to 200 characters.
 */
export class ValidationError extends AppError {
  readonly issues: ValidationIssue[];

  constructor(all: readonly ValidationIssue[]) {
    const issues = all.slice(0, MAX_ISSUES).map((issue) => ({ ...issue, input: excerptOf(issue.input) }));
    super(422, issues);
    this.issues = issues;
  }
}

export const missing = (loc: (string | number)[], input: unknown): ValidationIssue => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input: input ?? null,
});
