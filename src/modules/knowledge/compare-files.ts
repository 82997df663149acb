import type { ClientFile, CompareFilesResponse } from './knowledge.dto';
import type { LinkedContent } from './knowledge.types';

/**
 * What a client has to do for the base to hold its files. Bytes count before names: a renamed file is the same. Each
 * file of the base answers for one file of the client; of several, the one that was added last.
 */
export function compareFiles(wanted: readonly ClientFile[], linked: readonly LinkedContent[]): CompareFilesResponse {
  const byHash = new Map<string, LinkedContent[]>();
  const byName = new Map<string, LinkedContent[]>();
  for (const file of linked) {
    if (file.blobHash !== null) push(byHash, file.blobHash, file);
    push(byName, file.filename, file);
  }
  const used = new Set<string>();
  const take = (files: LinkedContent[] | undefined): string | null => {
    for (let file = files?.pop(); file; file = files?.pop()) if (!used.has(file.id)) return use(used, file.id);
    return null;
  };
  const same = wanted.map(({ hash }) => take(byHash.get(hash.toLowerCase())));
  const files = wanted.map(({ name }, index) => {
    const sameId = same[index] ?? null;
    if (sameId !== null) return { name, state: 'same' as const, file_id: sameId };
    const changedId = take(byName.get(name));
    return { name, state: changedId === null ? ('missing' as const) : ('changed' as const), file_id: changedId };
  });
  return { files, surplus: linked.filter(({ id }) => !used.has(id)).map(({ id }) => id) };
}

function use(used: Set<string>, id: string): string {
  used.add(id);
  return id;
}

function push(groups: Map<string, LinkedContent[]>, key: string, file: LinkedContent): void {
  const group = groups.get(key);
  if (group) group.push(file);
  else groups.set(key, [file]);
}
