import { asString, type JsonObject } from '../../../common/util/json';
import type { CitedSource } from '../../providers/chat-provider';

/** One passage with the number by which a reply cites it. */
export interface CitedPassage {
  /** Counts from 1. */
  number: number;
  text: string;
  metadata: JsonObject;
  source: JsonObject;
  /** Of a passage that was searched for: higher is better. */
  score: number | undefined;
}

const textOf = (value: unknown): string => (typeof value === 'number' ? String(value) : (asString(value) ?? ''));

/**
 * The passages of sources with their numbers. Clients number citations by the same rule, so it is part of the interface:
 * the key of a passage is `metadata.source`, else the id of its source, else `N/A`, and keys count in the order in which
 * they first appear.
 */
export function numberPassages(sources: readonly CitedSource[]): CitedPassage[] {
  const numbers = new Map<string, number>();
  return sources.flatMap(({ source, document, metadata, distances }) =>
    document.slice(0, metadata.length).map((text, index) => {
      const own = metadata[index] ?? {};
      const key = textOf(own.source) || textOf(source.id) || 'N/A';
      const number = numbers.get(key) ?? numbers.size + 1;
      numbers.set(key, number);
      return { number, text, metadata: own, source, score: distances?.[index] };
    }),
  );
}

/** How many different numbers there are. */
export const countCitations = (sources: readonly CitedSource[]): number =>
  new Set(numberPassages(sources).map(({ number }) => number)).size;

/** The passages as a prompt holds them, each in a `<source>` tag that its text cannot close. */
export function toContext(sources: readonly CitedSource[]): string {
  const lines = numberPassages(sources).map(({ number, text, source }) => {
    const name = textOf(source.name);
    const attribute = name === '' ? '' : ` name="${escapeAttribute(name)}"`;
    return `<source id="${number}"${attribute}>${escapeTags(text)}</source>`;
  });
  return lines.join('\n').trim();
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeAttribute = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character).replace(/\s+/g, ' ');

const escapeTags = (text: string): string => text.replace(/<(?=\/?source\b)/gi, '&lt;');
