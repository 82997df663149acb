import type { FolderPlace } from './folders.types';

/** A name as searches compare it: white space and `_` are one space, the case does not count. */
export const comparableName = (name: string): string =>
  name
    .replace(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase();

/** Ids of the folders that have one of these names, and of everything that lies in them. */
export function findNamed(places: readonly FolderPlace[], names: readonly string[]): string[] {
  const wanted = new Set(names.map(comparableName));
  const children = new Map<string | null, FolderPlace[]>();
  for (const place of places) {
    const siblings = children.get(place.parentId);
    if (siblings) siblings.push(place);
    else children.set(place.parentId, [place]);
  }
  const found = new Set(places.filter(({ name }) => wanted.has(comparableName(name))).map(({ id }) => id));
  // A set goes on with what is added while it is gone through.
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child.id);
  return [...found];
}
