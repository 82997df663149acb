import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { choicesOf, messageOf } from './reply-parts';

/** Shown in place of a failed reply, and stored with its message as `error.content`. */
export type ErrorContent = string | JsonObject;

/** Characters shown of an HTML error page without a title. */
const MAX_PAGE_TEXT = 300;

/**
 * The error that a response of status 200, or a chunk of a stream, reports; undefined for none. Known forms: `{error}`
 * (also beside choices, inside one or inside its delta), `finish_reason: "error"`, `{object: "error", message}`,
 * `{code, message}`, `{success: false, errors}`, `{message}` alone, `{detail}`, and a list around any of them.
 */
export function failureIn(answer: unknown): unknown {
  if (Array.isArray(answer)) return failureIn(answer[0]);
  if (!isJsonObject(answer)) return undefined;
  if (answer.error) return answer.error;
  return 'choices' in answer ? failureInChoices(answer) : failureWithoutKey(answer);
}

function failureInChoices(answer: JsonObject): unknown {
  for (const choice of choicesOf(answer)) {
    const error = choice.error || messageOf(choice).error;
    if (error) return error;
    if (choice.finish_reason === 'error') return { message: endedInError(choice) };
  }
  return undefined;
}

function endedInError({ native_finish_reason: reason }: JsonObject): string {
  const named = asString(reason);
  return `The provider ended the reply with an error${named ? `: ${named}` : ''}`;
}

function failureWithoutKey(answer: JsonObject): unknown {
  const { code, message, detail, errors } = answer;
  if (asString(message) && isNamedFailure(answer)) return { message, ...(code !== undefined && { code }) };
  if (detail !== undefined && detail !== null && detail !== '') return contentOfError({ detail });
  return Array.isArray(errors) ? toContent(errors) : undefined;
}

/** True when other keys mark the object as a failure, or when `message` is the only key, as gateways send it. */
function isNamedFailure({ object, type, code, status, success, ...rest }: JsonObject): boolean {
  if (object === 'error' || type === 'error' || success === false) return true;
  if (code !== undefined || status !== undefined) return true;
  return object === undefined && type === undefined && Object.keys(rest).length === 1;
}

/** The content to show for a result of `failureIn`. */
export const failureContent = (failure: unknown): ErrorContent =>
  contentOfError({ error: failure }) ?? 'The model failed';

/** The part of a provider's error body that describes the failure; undefined when there is none. */
export function contentOfError(body: unknown): ErrorContent | undefined {
  if (Array.isArray(body)) return contentOfError(body[0]);
  if (typeof body === 'string') return textOfPage(body) || undefined;
  if (!isJsonObject(body)) return undefined;
  const { error, detail, message } = body;
  const inner = isJsonObject(error) && 'detail' in error ? error.detail : error;
  return [inner, detail, message].map(toContent).find((content) => content !== undefined);
}

function toContent(value: unknown): ErrorContent | undefined {
  if (Array.isArray(value)) return value.map(issueText).filter(Boolean).join('; ') || undefined;
  if (typeof value === 'string') return value === '' ? undefined : value;
  return isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

/** One entry of a list of validation errors: `{loc, msg}` as FastAPI writes them, `{message}`, or a string. */
function issueText(issue: unknown): string {
  if (!isJsonObject(issue)) return asString(issue) ?? '';
  const message = asString(issue.msg) ?? asString(issue.message) ?? '';
  const place = Array.isArray(issue.loc) ? issue.loc.filter((part) => part !== 'body').join('.') : '';
  return place && message ? `${place}: ${message}` : message;
}

/** Reduces an HTML page to its title, or to its first characters. Linear: only `indexOf` on the whole string. */
function textOfPage(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.slice(0, 20).toLowerCase();
  if (!start.startsWith('<!doctype') && !start.startsWith('<html')) return trimmed;
  const head = trimmed.slice(0, 10_000);
  const lower = head.toLowerCase();
  const open = lower.indexOf('<title>');
  const close = open === -1 ? -1 : lower.indexOf('</title>', open);
  const title = close === -1 ? '' : head.slice(open + '<title>'.length, close).trim();
  return (title || trimmed).slice(0, MAX_PAGE_TEXT);
}
