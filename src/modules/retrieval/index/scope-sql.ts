import type { DocumentScope } from './document-scope';

/**
 * True for the documents (`d`) of a scope, in whatever state; its three parameters begin at `$first`. Reading needs
 * `d.is_ready` as well.
 */
export const scopeSql = (first: number): string =>
  `(d.file_id = ANY ($${first}::text[])
    OR (d.file_id IS NULL AND d.owner_id = $${first + 1} AND d.collection_name = ANY ($${first + 2}::text[])))`;

export const scopeParameters = ({ fileIds, collections }: DocumentScope): unknown[] => [
  fileIds ?? [],
  collections?.ownerId ?? null,
  collections?.names ?? [],
];
