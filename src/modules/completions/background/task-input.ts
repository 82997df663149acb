import { missing, ValidationError, type ValidationIssue } from '../../../common/errors/validation-error';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { TaskField } from './task-endpoints';
import type { TaskInput } from './task-template';

/** Messages of a request, and responses to be combined. */
const MAX_MESSAGES = 10_000;
const MAX_RESPONSES = 100;

/** Without it `TYPE` is empty. */
const NO_TYPE = '';

/** The fields of a task's request. @throws ValidationError for `model` and the required ones when they are missing */
export function readTaskInput(source: JsonObject, required: readonly TaskField[]): TaskInput {
  const { messages, prompt, type, responses } = source;
  const issues = (['model', ...required] as const).flatMap((field) => issuesOf(source, field));
  if (issues.length > 0) throw new ValidationError(issues);
  return {
    messages: Array.isArray(messages) ? messages.filter(isJsonObject) : [],
    ...(required.includes('prompt') && { prompt: prompt as string, type: typeof type === 'string' ? type : NO_TYPE }),
    ...(required.includes('responses') && { responses: responses as string[] }),
  };
}

function issuesOf(source: JsonObject, field: TaskField | 'model'): ValidationIssue[] {
  const value = source[field];
  const loc = ['body', field];
  if (value === undefined || value === null) return [missing(loc, source)];
  if (field === 'messages' || field === 'responses') return listIssues(value, field, loc);
  return typeof value === 'string' ? [] : [issue('string_type', 'Input should be a valid string', loc, value)];
}

function listIssues(value: unknown, field: 'messages' | 'responses', loc: string[]): ValidationIssue[] {
  if (!Array.isArray(value)) return [issue('list_type', 'Input should be a valid list', loc, value)];
  const limit = field === 'messages' ? MAX_MESSAGES : MAX_RESPONSES;
  if (value.length > limit)
    return [issue('too_long', `List should have at most ${limit} items after validation`, loc, value.length)];
  if (field === 'messages' || value.every((item) => typeof item === 'string')) return [];
  return [issue('string_type', 'Input should be a list of strings', loc, null)];
}

const issue = (type: string, msg: string, loc: string[], input: unknown): ValidationIssue => ({
  type,
  loc,
  msg,
  input,
});
