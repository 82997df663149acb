import type { JsonObject } from '../../../common/util/json';

/** A piece of text to index. `metadata`: that of its part, with `start_index` or `headings`. */
export interface Chunk {
  text: string;
  metadata: JsonObject;
}

export type SplitterKind = 'character' | 'token' | 'markdown_header';

export interface SplitOptions {
  kind: SplitterKind;
  /** Characters (code points), or tokens. */
  size: number;
  overlap: number;
  /** Of the token splitter. */
  encoding: string;
}
