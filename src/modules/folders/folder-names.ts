/** Position of a folder in its owner's tree. */
export interface FolderPlace {
  id: string;
  parentId: string | null;
  name: string;
}

/** Normalizes a name for comparison: lower case; runs of white space and `_` become one space. */
export const comparableName = (name: string): string =>
  name
    .replace(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase();

/** Ids of the folders with one of these names, and of all folders below them. */
export function findNamed(places: readonly FolderPlace[], names: readonly string[]): string[] {
  const wanted = new Set(names.map(comparableName));
  const children = new Map<string | null, FolderPlace[]>();
  for (const place of places) {
    const siblings = children.get(place.parentId);
    if (siblings) siblings.push(place);
    else children.set(place.parentId, [place]);
  }
  const found = new Set(places.filter(({ name }) => wanted.has(comparableName(name))).map(({ id }) => id));
  // Iterating over a set includes items added during the iteration.
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child.id);
  return [...found];
}
