import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ToolOutcome } from '../../pipeline/tool';

/** Content that has to be stored before it is shown. */
export interface Attachment {
  /** `image`, `audio` or `file`: how clients show it. */
  type: string;
  mime: string;
  base64: string;
  name?: string;
}

/** An outcome in the parts of a message. */
export interface NormalizedOutcome {
  /** For the model; empty for nothing. */
  text: string;
  /** Entries of the result's `files`. */
  files: JsonObject[];
  attachments: Attachment[];
  /** HTML, or an http(s) URL, that clients show in a frame. */
  embeds: unknown[];
}

/** Text, files and embeds of what a function returned (contract). */
export function normalizeOutcome(name: string, outcome: ToolOutcome): NormalizedOutcome {
  switch (outcome.kind) {
    case 'response':
      return ofResponse(name, outcome);
    case 'external':
      return ofExternal(name, outcome);
    case 'mcp':
      return ofMcp(outcome.content);
    case 'value':
      return ofValue(outcome.value);
  }
}

type Response = Extract<ToolOutcome, { kind: 'response' }>;
type External = Extract<ToolOutcome, { kind: 'external' }>;

const textOnly = (text: string): NormalizedOutcome => ({ text, files: [], attachments: [], embeds: [] });

function ofResponse(name: string, { status, headers, body }: Response): NormalizedOutcome {
  const type = headerOf(headers, 'content-type');
  if (!isInline(headers) || (type !== '' && !type.includes('text/html'))) return textOnly(body);
  return { ...textOnly(indented(uiResult(name, status))), embeds: [body] };
}

function ofExternal(name: string, { data, headers }: External): NormalizedOutcome {
  const embed = headers && isInline(headers) ? embedOf(data, headers) : undefined;
  return embed === undefined ? ofValue(data) : { ...textOnly(indented(uiResult(name, 200))), embeds: [embed] };
}

/** Only web addresses: a frame would run a `javascript:` one. */
function embedOf(data: unknown, headers: Response['headers']): unknown {
  if (headerOf(headers, 'content-type').includes('text/html')) return data;
  const location = headerOf(headers, 'location');
  return /^https?:\/\//i.test(location) ? location : undefined;
}

const isInline = (headers: Response['headers']): boolean => headerOf(headers, 'content-disposition').includes('inline');

function headerOf(headers: Response['headers'], name: string): string {
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return typeof entry?.[1] === 'string' ? entry[1] : '';
}

/** What the model learns of a page that only the user sees. */
function uiResult(name: string, status: number): JsonObject {
  const isSuccess = status >= 200 && status < 300;
  const message = isSuccess
    ? 'Embedded UI result is active and visible to the user.'
    : `${failureOf(status)} ${status} from embedded UI result.`;
  return { status: isSuccess ? 'success' : 'error', code: 'ui_component', message: `${name}: ${message}` };
}

function failureOf(status: number): string {
  if (status >= 400 && status < 500) return 'Client error';
  return status >= 500 && status < 600 ? 'Server error' : 'Unexpected status code';
}

/** Items of a list that are data URLs become files. */
function ofValue(value: unknown): NormalizedOutcome {
  if (!Array.isArray(value)) return textOnly(textOf(value));
  const isData = (item: unknown): item is string => typeof item === 'string' && item.startsWith('data:');
  const files = value.filter(isData).map((content) => ({ type: 'data', content }));
  return { ...textOnly(textOf(value.filter((item) => !isData(item)))), files };
}

function ofMcp(content: readonly JsonObject[]): NormalizedOutcome {
  const parts = content.map(partOf);
  const values = parts.flatMap((part) => ('value' in part ? [part.value] : []));
  const attachments = parts.flatMap((part) => ('attachment' in part ? [part.attachment] : []));
  return { ...textOnly(textOf(values.length === 1 ? values[0] : values)), attachments };
}

type McpPart = { value: unknown } | { attachment: Attachment } | Record<string, never>;

function partOf(item: JsonObject): McpPart {
  const { type, text, data, blob, mimeType } = item;
  if (type === 'text') return typeof text === 'string' ? { value: parsed(text) } : {};
  if (type === 'image' || type === 'audio') {
    const mime = typeof mimeType === 'string' ? mimeType : 'image/png';
    return attachmentOf(data ?? blob, mime, type);
  }
  if (type === 'resource') return isJsonObject(item.resource) ? resourceOf(item.resource) : {};
  return type === 'resource_link' ? { value: item } : {};
}

function resourceOf({ uri, text, blob, mimeType }: JsonObject): McpPart {
  if (typeof text === 'string') return { value: parsed(text) };
  const mime = typeof mimeType === 'string' ? mimeType : 'application/octet-stream';
  const [family = ''] = mime.split('/');
  return attachmentOf(blob, mime, family === 'image' || family === 'audio' ? family : 'file', lastSegment(uri));
}

function attachmentOf(base64: unknown, mime: string, type: string, name?: string): McpPart {
  return typeof base64 === 'string' ? { attachment: { type, mime, base64, ...(name && { name }) } } : {};
}

const lastSegment = (uri: unknown): string | undefined =>
  typeof uri === 'string' ? uri.slice(uri.lastIndexOf('/') + 1) : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Text as it is; lists as `results` of an object; other values as an interpreter prints them. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return indented({ results: value });
  if (isJsonObject(value)) return indented(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : '';
}

const indented = (value: JsonObject): string => JSON.stringify(value, null, 2);
