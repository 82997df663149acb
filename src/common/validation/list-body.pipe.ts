import type { PipeTransform } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { ValidationError, type ValidationIssue } from '../errors/validation-error';
import { isJsonObject } from '../util/json';
import { instantiate } from './contract-validation.pipe';
import { toIssues } from './to-issues';

/** A body that is a list of objects, each validated by a flat request class; errors are 422 as from the global pipe. */
export class ListBodyPipe<T extends object> implements PipeTransform<unknown, T[]> {
  constructor(
    private readonly type: new () => T,
    private readonly maxItems: number,
  ) {}

  transform(value: unknown): T[] {
    if (!Array.isArray(value)) throw fault('list_type', 'Input should be a valid list', value);
    if (value.length > this.maxItems)
      throw fault('too_long', `List should have at most ${this.maxItems} items`, value, { max_length: this.maxItems });
    const issues: ValidationIssue[] = [];
    const items = value.map((item: unknown, index) => this.parse(item, index, issues));
    if (issues.length > 0) throw new ValidationError(issues);
    return items;
  }

  private parse(item: unknown, index: number, issues: ValidationIssue[]): T {
    if (!isJsonObject(item)) {
      const msg = 'Input should be a valid dictionary or object to extract fields from';
      issues.push({ type: 'model_attributes_type', loc: ['body', index], msg, input: item });
      return new this.type();
    }
    const instance = instantiate(this.type, item) as T;
    issues.push(...toIssues(validateSync(instance, { whitelist: true }), ['body', index], item));
    return instance;
  }
}

const fault = (type: string, msg: string, input: unknown, ctx?: ValidationIssue['ctx']): ValidationError =>
  new ValidationError([{ type, loc: ['body'], msg, input, ...(ctx && { ctx }) }]);
