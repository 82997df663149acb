import type { LanguageRuntime } from './language-runtime';
import { WaitingCalls, type Ticket } from './waiting-calls';

const python = { language: 'python' } as LanguageRuntime;
const javascript = { language: 'javascript' } as LanguageRuntime;

/** A pool of `capacity` processes, of which owners use some. */
function open(capacity: number, used: Record<string, number> = {}) {
  return new WaitingCalls({ usedBy: (owner) => used[owner] ?? 0, capacity: () => capacity });
}

const ticket = (owner: string, more: Partial<Ticket> = {}): Ticket => ({
  ...{ runtime: python, key: undefined, owner, notBefore: 0, take: () => undefined, fail: () => undefined },
  ...more,
});

const ownersOf = (tickets: readonly Ticket[]) => tickets.map(({ owner }) => owner);

describe('WaitingCalls', () => {
  it('puts owners with fewer processes first, and keeps the order of arrival', () => {
    const calls = open(16, { ann: 3, bob: 1 });
    const added = ['ann', 'ann', 'bob', 'cleo', 'bob'].map((owner) => ticket(owner));
    for (const each of added) calls.add(each);
    expect(ownersOf(calls.inTurn())).toEqual(['cleo', 'bob', 'bob', 'ann', 'ann']);
    expect(calls.inTurn()[1]).toBe(added[2]);
  });

  it.each([
    [16, 12],
    [4, 3],
    [2, 1],
    [1, 1],
    [0, 1],
  ])('of %d processes leaves one owner at most %d', (capacity, most) => {
    const at = open(capacity, { ann: most });
    const below = open(capacity, { ann: most - 1 });
    for (const calls of [at, below]) calls.add(ticket('ann'));
    expect([at.inTurn().length, below.inTurn().length]).toEqual([0, 1]);
    expect([at.countDue(python), below.countDue(python)]).toEqual([0, 1]);
  });

  it('counts the processes that have a use now', () => {
    const calls = open(4, { ann: 1 });
    for (let index = 0; index < 5; index++) calls.add(ticket('ann'));
    calls.add(ticket('bob', { runtime: javascript }));
    calls.add(ticket('bob', { notBefore: Date.now() + 1e6 }));
    expect([calls.countDue(python), calls.countDue(javascript)]).toEqual([2, 1]);
  });

  it('refuses too many, of one owner and in all', () => {
    const calls = open(4);
    const add = (owner: string, count: number) => {
      for (let index = 0; index < count; index++) calls.add(ticket(owner));
    };
    add('ann', 200);
    expect(() => add('ann', 1)).toThrow(expect.objectContaining({ failure: 'busy' }));
    for (let owner = 0; owner < 9; owner++) add(`user ${owner}`, 200);
    expect(() => add('late', 1)).toThrow(expect.objectContaining({ failure: 'busy' }));
  });

  it('fails all of one language', () => {
    const calls = open(4);
    const failed: string[] = [];
    for (const runtime of [python, javascript]) {
      const each: Ticket = ticket('ann', {
        runtime,
        fail: () => {
          calls.remove(each);
          failed.push(runtime.language);
        },
      });
      calls.add(each);
    }
    calls.failAll(new Error('no'), javascript);
    expect([failed, calls.all.length]).toEqual([['javascript'], 1]);
  });
});
