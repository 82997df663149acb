/** What is used of an encoding of gpt-tokenizer. */
export interface TokenEncoding {
  encode(text: string, options: { disallowedSpecial: Set<string> }): number[];
  decodeGenerator(tokens: Iterable<number>): Iterable<string>;
}

/** Code units to encode at once: an encoding joins letters to words, and long words take quadratic time. */
export const TOKEN_WINDOW = 4096;

/** Loads an encoding, which takes some 100 ms: each is a module of some megabytes. */
export const TOKEN_ENCODINGS = {
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
  gpt2: () => import('gpt-tokenizer/encoding/r50k_base'),
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  p50k_base: () => import('gpt-tokenizer/encoding/p50k_base'),
  p50k_edit: () => import('gpt-tokenizer/encoding/p50k_edit'),
  r50k_base: () => import('gpt-tokenizer/encoding/r50k_base'),
} satisfies Record<string, () => Promise<TokenEncoding>>;

/** Special tokens in `text` are encoded as ordinary text. */
export const tokensOf = (encoding: TokenEncoding, text: string): number[] =>
  encoding.encode(text, { disallowedSpecial: new Set() });
