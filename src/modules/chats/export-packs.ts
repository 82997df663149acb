/** Chats whose sizes are asked for at once. */
const PAGE = 200;
/** A pack holds as many things as that, */
const MAX_COUNT = 50;
/** and as many bytes; one thing at least. What is in memory for longer costs more than its size: old garbage. */
export const MAX_BYTES = 128 * 1024;

/** The ids in their order, in packs that are small enough to be in memory at once. */
export async function* packed(
  ids: readonly string[],
  findSizes: (page: readonly string[]) => Promise<ReadonlyMap<string, number>>,
): AsyncGenerator<string[]> {
  for (let start = 0; start < ids.length; start += PAGE) {
    const page = ids.slice(start, start + PAGE);
    yield* packsOf(page, await findSizes(page));
  }
}

/** The same for ids whose sizes are known; no size counts as nothing. */
export function* packsOf(ids: readonly string[], sizes: ReadonlyMap<string, number>): Generator<string[]> {
  let pack: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const size = sizes.get(id) ?? 0;
    if (pack.length > 0 && (pack.length >= MAX_COUNT || bytes + size > MAX_BYTES)) {
      yield pack;
      [pack, bytes] = [[], 0];
    }
    pack.push(id);
    bytes += size;
  }
  if (pack.length > 0) yield pack;
}
