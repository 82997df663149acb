import { AppError } from './app-error';

/** One entry of the 422 list (contract: spec 13 §9.1). */
export interface ValidationIssue {
  type: string;
  /** `body`, `query` or `path`, then the property names and array indexes. */
  loc: (string | number)[];
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

/** 422: the body, query or path does not have the documented form. All faults are reported at once, in field order. */
export class ValidationError extends AppError {
  constructor(readonly issues: ValidationIssue[]) {
    super(422, issues);
  }
}

export const missing = (loc: (string | number)[], input: unknown): ValidationIssue => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input: input ?? null,
});
