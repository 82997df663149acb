import fc from 'fast-check';
import type { RequestMessage } from '../../../pipeline/completion-context';
import { appendInstruction, conversationOf, hashesOf, surplusOf, withoutTurns } from './conversation-turns';

const call = (id: string) => ({ role: 'assistant', content: '', tool_calls: [{ id }] });
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'r' });
const message = (role: string) => ({ role, content: role });

/** Conversations as clients send them: results follow their calls. */
const part: fc.Arbitrary<RequestMessage[]> = fc.oneof(
  fc.constantFrom('system', 'developer', 'user', 'assistant').map((role) => [message(role)]),
  fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 3 }).map((ids) => ids.flatMap((id) => [call(id), result(id)])),
);
const conversations = fc.array(part, { maxLength: 30 }).map((parts) => parts.flat());
const costs = fc.array(fc.nat(1000), { maxLength: 30 });
const sum = (list: readonly number[]) => list.reduce((total, cost) => total + cost, 0);

describe('the turns of a conversation', () => {
  it('hold every message once; each begins with a message of the user', () => {
    fc.assert(
      fc.property(conversations, (messages) => {
        const { instructions, turns } = conversationOf(messages);
        expect(new Set([...instructions, ...turns.flat()])).toEqual(new Set(messages));
        expect(instructions.length + turns.flat().length).toBe(messages.length);
        for (const turn of turns.slice(1))
          expect(turn.map(({ role }) => role === 'user')).toEqual([true, ...turn.slice(1).map(() => false)]);
      }),
    );
  });

  it('can be left out without the system messages, the last question, or half of a tool call', () => {
    fc.assert(
      fc.property(conversations, fc.nat(30), (messages, wanted) => {
        const { instructions, turns } = conversationOf(messages);
        const count = Math.min(wanted, Math.max(0, turns.length - 1));
        const kept = withoutTurns(messages, count);
        expect(kept).toEqual(messages.filter((one) => kept.includes(one)));
        expect(kept.filter((one) => instructions.includes(one))).toEqual(instructions);
        const question = messages.findLast(({ role }) => role === 'user');
        if (question) expect(kept).toContain(question);
        const calls = kept.flatMap(
          ({ tool_calls: made }) => (made as { id: string }[] | undefined)?.map(({ id }) => id) ?? [],
        );
        expect(kept.filter(({ role }) => role === 'tool').map(({ tool_call_id: id }) => id)).toEqual(calls);
      }),
    );
  });

  it('are equal by hash exactly as long as the branches are', () => {
    const [a, b, c] = [[message('user')], [{ role: 'user', content: 'b' }], [{ role: 'user', content: 'c' }]];
    const [first, second] = [hashesOf([a, b, c]), hashesOf([a, c, b])];
    expect([first[0] === second[0], first[1] === second[1], first[2] === second[2]]).toEqual([true, false, false]);
  });
});

describe('surplusOf', () => {
  it('leaves out as few turns as possible, the oldest first, never the last', () => {
    fc.assert(
      fc.property(costs, fc.integer({ min: -100, max: 20_000 }), (list, budget) => {
        const count = surplusOf(list, budget);
        expect(count).toBeLessThanOrEqual(Math.max(0, list.length - 1));
        if (count < list.length - 1) expect(sum(list.slice(count))).toBeLessThanOrEqual(Math.max(budget, 0) || 0);
        if (count > 0) expect(sum(list.slice(count - 1))).toBeGreaterThan(budget);
      }),
    );
  });
});

it('appends to the system message, or makes one', () => {
  const user = message('user');
  expect(appendInstruction([user], 'more')).toEqual([{ role: 'system', content: 'more' }, user]);
  expect(appendInstruction([{ role: 'system', content: 'Be brief' }, user], 'more')).toEqual([
    { role: 'system', content: 'Be brief\n\nmore' },
    user,
  ]);
  const parts = [{ type: 'text', text: 'Be brief' }];
  expect(appendInstruction([{ role: 'system', content: parts }], 'more')).toEqual([
    { role: 'system', content: [...parts, { type: 'text', text: '\nmore' }] },
  ]);
});
