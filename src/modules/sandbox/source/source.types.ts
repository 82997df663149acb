import type { SourceDescription, SourceKind, ToolSpec } from '../sandbox.types';

/** The frontmatter of a source: `title`, `version`, `requirements`, `icon_url`, … */
export type Manifest = Record<string, string>;

export type ValvesKind = 'valves' | 'userValves';

/** What a source declares besides its specs, as it was when it was saved: lists need no sandbox. */
export type SourceDefinition = Omit<SourceDescription, 'kind' | 'specs'>;

/** A source that was loaded once, as it is stored. */
export interface LoadedSource {
  /** With the current names of imported modules. */
  code: string;
  manifest: Manifest;
  kind: SourceKind;
  specs: ToolSpec[];
  definition: SourceDefinition;
}

/** `meta` of a row. Functions have further keys of the client. */
export interface SourceMeta {
  description: string | null;
  manifest: Manifest;
  [key: string]: unknown;
}
