/** Ids whose sizes are queried at once. */
const PAGE = 200;
/**
 * Limits of a batch: items, and bytes unless it is a single item. Larger batches would be promoted to the old
 * generation of the heap.
 */
const MAX_COUNT = 50;
export const MAX_BATCH_BYTES = 128 * 1024;

/** Splits ids, in order, into batches that are small enough to hold in memory; `findSizes` returns bytes by id. */
export async function* batches(
  ids: readonly string[],
  findSizes: (page: readonly string[]) => Promise<ReadonlyMap<string, number>>,
): AsyncGenerator<string[]> {
  for (let start = 0; start < ids.length; start += PAGE) {
    const page = ids.slice(start, start + PAGE);
    yield* batchesOf(page, await findSizes(page));
  }
}

/** As `batches`, for known sizes; a missing size counts as 0. */
export function* batchesOf(ids: readonly string[], sizes: ReadonlyMap<string, number>): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const size = sizes.get(id) ?? 0;
    if (batch.length > 0 && (batch.length >= MAX_COUNT || bytes + size > MAX_BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(id);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
