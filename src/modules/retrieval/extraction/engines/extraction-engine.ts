import type { ExtractedPart, ExtractionInput } from '../extraction.types';

/** A service outside of this server that turns files into text. */
export interface ExtractionEngine {
  /** Value of the setting that selects it. */
  readonly name: string;
  /** False when its settings are missing, or it cannot read this type: the file is then read here. */
  handles(file: ExtractionInput): boolean;
  /** @throws ExtractionError; the reason of the signal. */
  extract(file: ExtractionInput, signal: AbortSignal | undefined): Promise<ExtractedPart[]>;
}

/** Of a name, in lower case, without the dot. */
export const extensionOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

const PLAIN_EXTENSIONS = new Set(
  (
    'go py java sh bat ps1 cmd js ts css cpp hpp h c cs sql log ini pl pm r dart dockerfile env php hs hsc lua nginxconf conf m mm ' +
    'plsql perl rb rs db2 scala bash swift vue svelte ex exs erl tsx jsx lhs json yaml yml toml'
  ).split(' '),
);

/** Texts, which no engine reads better. */
export function isPlainText({ name, contentType }: ExtractionInput): boolean {
  const type = contentType ?? '';
  return PLAIN_EXTENSIONS.has(extensionOf(name)) || (type.includes('text/') && !type.includes('html'));
}
