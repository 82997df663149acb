import { posix } from 'node:path';
import { readMarkup, attributeOf } from './markup';
import type { ZipFile } from './zip';

/** Targets of the relationships of a part of an Office document, by their id, as names of entries. */
export async function relationshipsOf(
  zip: ZipFile,
  part: string,
): Promise<Map<string, { type: string; target: string }>> {
  const folder = posix.dirname(part);
  const xml = zip.optionalText(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
  const found = new Map<string, { type: string; target: string }>();
  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name !== 'Relationship') return;
    const target = attributeOf(attributes, 'Target');
    const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
    found.set(attributeOf(attributes, 'Id'), {
      type: attributeOf(attributes, 'Type').split('/').pop() ?? '',
      target: path,
    });
  };
  await readMarkup([xml], { open, text: () => undefined, close: () => undefined }, { isXml: true });
  return found;
}
