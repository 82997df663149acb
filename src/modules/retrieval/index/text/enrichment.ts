import type { JsonObject } from '../../../../common/util/json';

const asText = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
};

/**
 * What is known of a chunk beside its text: file name (twice as words, as clients expect it to weigh), title, headings,
 * source and snippet. Indexed apart from the text.
 */
export function enrichmentOf(name: string, metadata: JsonObject): string {
  const { title, headings, source, snippet } = metadata;
  const parts = [name, name, ...asText(title), ...asText(headings), ...asText(source), ...asText(snippet)];
  return parts.join('\n');
}
