import { isJsonObject, type JsonObject } from '../../common/util/json';

/** One message as it is printed: texts, and nothing that is read as markup. */
export interface PrintedMessage {
  /** Who speaks. */
  heading: string;
  /** Model and time, as far as they are known. */
  details: string;
  text: string;
}

export interface ChatDocument {
  title: string;
  messages: PrintedMessage[];
}

/** Messages come as clients keep them: what is missing or has another form is left out. */
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

/** Seconds, as UTC; empty for anything else. */
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

/** One kind of line break. */
const clean = (text: string): string => text.replace(/\r\n?|\u2028|\u2029/g, '\n');
