import { isJsonObject, type JsonObject } from '../../common/util/json';

/** One message as printed: plain text, never markup. */
export interface PrintedMessage {
  /** The role. */
  heading: string;
  /** Model and time, where known. */
  details: string;
  text: string;
}

export interface ChatDocument {
  title: string;
  messages: PrintedMessage[];
}

/** Missing and malformed fields of messages are skipped. */
export function chatDocumentOf(title: string, messages: readonly JsonObject[]): ChatDocument {
  return { title: clean(title), messages: messages.map(toPrinted) };
}

function toPrinted({ role, model, timestamp, content }: JsonObject): PrintedMessage {
  const name = typeof role === 'string' ? role : '';
  const details = [role === 'assistant' && typeof model === 'string' ? model : '', timeOf(timestamp)];
  return {
    heading: clean(name.charAt(0).toUpperCase() + name.slice(1)),
    details: clean(details.filter((part) => part !== '').join(' · ')),
    text: clean(textOf(content)),
  };
}

/** UTC time of Unix seconds; empty for anything else. */
function timeOf(timestamp: unknown): string {
  const date = new Date(typeof timestamp === 'number' ? timestamp * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19).replace('T', ', ');
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('\n');
}

/** Line breaks become `\n`. */
const clean = (text: string): string => text.replace(/\r\n?|\u2028|\u2029/g, '\n');
