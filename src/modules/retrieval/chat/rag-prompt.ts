const PLACEHOLDER = /\{\{CONTEXT\}\}|\[context\]|\{\{QUERY\}\}|\[query\]/g;

export interface RagPrompt {
  context: string;
  query: string;
  /** Fills further placeholders of the template. */
  fill: (text: string) => string;
}

/**
 * A template with its passages and its question. What is put in is not looked at again: placeholders in documents and
 * questions stay as they are.
 */
export function renderRagPrompt(template: string, { context, query, fill }: RagPrompt): string {
  const pieces: string[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    pieces.push(fill(template.slice(end, match.index)));
    pieces.push(/context/i.test(match[0]) ? context : query);
    end = match.index + match[0].length;
  }
  return [...pieces, fill(template.slice(end))].join('');
}
