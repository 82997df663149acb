/**
 * Combines calls: all keys requested within one turn of the event loop are loaded together at its end. Concurrent
 * requests share a statement; a single one is not delayed.
 *
 * @param load must return one value per key, in order. When it fails, every call of the turn fails.
 */
export function batched<K, V>(load: (keys: K[]) => Promise<V[]>): (key: K) => Promise<V> {
  let waiting: Waiting<K, V>[] = [];
  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0)
        setImmediate(() => {
          const calls = waiting;
          waiting = [];
          void settle(calls, load);
        });
      waiting.push({ key, resolve, reject });
    });
}

interface Waiting<K, V> {
  key: K;
  resolve: (value: V) => void;
  reject: (reason: unknown) => void;
}

async function settle<K, V>(calls: Waiting<K, V>[], load: (keys: K[]) => Promise<V[]>): Promise<void> {
  try {
    const values = await load(calls.map(({ key }) => key));
    calls.forEach(({ resolve, reject }, index) =>
      index < values.length ? resolve(values[index] as V) : reject(new Error('A batch returned too few values')),
    );
  } catch (error) {
    for (const { reject } of calls) reject(error);
  }
}
