/** The lists of a message that the server adds to. */
export type ListKey = 'statusHistory' | 'sources' | 'files' | 'embeds';

/** A list with more items: at the end, or for attachments at the front and each only once. Anything but a list is empty. */
export function extendList(key: ListKey, current: unknown, items: readonly unknown[]): unknown[] {
  const list: unknown[] = Array.isArray(current) ? current : [];
  if (key === 'statusHistory' || key === 'sources') return [...list, ...items];
  return distinct([...items, ...list]);
}

/** Without what prints as the same JSON text as an earlier item. */
function distinct(list: readonly unknown[]): unknown[] {
  const byText = new Map<string, unknown>();
  for (const item of list) {
    const text = JSON.stringify(item);
    if (!byText.has(text)) byText.set(text, item);
  }
  return [...byText.values()];
}
