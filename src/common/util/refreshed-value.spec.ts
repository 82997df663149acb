import { deferred, type Deferred } from '../../../test/support/deferred';
import { RefreshedValue } from './refreshed-value';

/** A value whose fetches the test settles, on a clock that the test sets. */
function setUp(freshness = { ttl: 1_000, keepFor: 60_000 }) {
  const clock = { now: 1_000_000 };
  const fetches: Deferred<string>[] = [];
  const fetch = () => {
    const fetching = deferred<string>();
    fetches.push(fetching);
    return fetching.promise;
  };
  const value = new RefreshedValue(
    fetch,
    () => freshness,
    () => clock.now,
  );
  const end = async (settle: (fetching: Deferred<string>) => void) => {
    const fetched = value.refresh();
    settle(fetches.at(-1)!);
    await fetched;
  };
  const succeed = (text: string) => end((fetching) => fetching.resolve(text));
  const fail = () => end((fetching) => fetching.reject(new Error('down')));
  return { value, clock, fetches, succeed, fail };
}

describe('RefreshedValue', () => {
  it('has nothing at first, and fetches when it is read', () => {
    const { value, fetches } = setUp();
    expect(value.read()).toBeUndefined();
    expect(value.isSettled).toBe(false);
    expect(fetches).toHaveLength(1);
  });

  it('serves what it has and fetches again only when that is old', async () => {
    const { value, clock, fetches, succeed } = setUp();
    await succeed('a');
    clock.now += 999;
    expect([value.read(), fetches.length]).toEqual(['a', 1]);
    clock.now += 1;
    expect([value.read(), fetches.length]).toEqual(['a', 2]);
    await succeed('b');
    expect([value.read(), fetches.length]).toEqual(['b', 2]);
  });

  it('shares the fetch that runs', () => {
    const { value, fetches } = setUp();
    expect(value.refresh()).toBe(value.refresh());
    value.read();
    expect(fetches).toHaveLength(1);
  });

  it('knows for how long it has been fetching', async () => {
    const { value, clock, succeed } = setUp();
    expect(value.fetchingFor).toBe(0);
    value.read();
    clock.now += 300;
    expect(value.fetchingFor).toBe(300);
    await succeed('a');
    expect(value.fetchingFor).toBe(0);
  });

  it('never fetches again by itself without an end of its time', async () => {
    const { value, clock, fetches, succeed } = setUp({ ttl: Infinity, keepFor: 60_000 });
    await succeed('a');
    clock.now += 1e12;
    expect([value.read(), fetches.length]).toEqual(['a', 1]);
  });

  it('keeps the last good value through failures, for a time', async () => {
    const { value, clock, succeed, fail } = setUp();
    await succeed('a');
    await fail();
    clock.now += 60_000;
    expect(value.read()).toBe('a');
    clock.now += 1;
    expect(value.read()).toBeUndefined();
    await succeed('b');
    expect(value.read()).toBe('b');
  });

  it('waits longer after each failure, and a success ends that', async () => {
    const { value, clock, fetches, succeed, fail } = setUp();
    const pauses: number[] = [];
    for (let failure = 0; failure < 7; failure++) {
      await fail();
      const before = fetches.length;
      const failedAt = clock.now;
      for (; fetches.length === before; clock.now += 1_000) value.read();
      pauses.push(clock.now - 1_000 - failedAt);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    await succeed('a');
    clock.now += 1_000;
    const before = fetches.length;
    value.read();
    expect(fetches).toHaveLength(before + 1);
  });

  it('counts as settled after a failure: no caller waits for it again', async () => {
    const { value, fail } = setUp();
    await fail();
    expect([value.isSettled, value.read()]).toEqual([true, undefined]);
  });
});
