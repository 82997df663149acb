import { timeOrderedId } from './time-ordered-id';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('timeOrderedId', () => {
  it('makes distinct ids in ascending order, also within a millisecond and when the clock goes back', () => {
    const start = Date.now() + 1000;
    const ids = Array.from({ length: 10_000 }, (_, index) => timeOrderedId(index < 9000 ? start : start - 500));
    expect(ids.every((id) => VERSION_7.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('begins with the time in milliseconds', () => {
    const time = Date.now() + 60_000;
    expect(Number.parseInt(timeOrderedId(time).replace('-', '').slice(0, 12), 16)).toBe(time);
  });
});
