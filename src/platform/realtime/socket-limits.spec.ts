import { EventBudget } from './socket-limits';

describe('EventBudget', () => {
  it('allows a burst of ten seconds, then as many as are earned', () => {
    const budget = new EventBudget(2, 0);
    const spent = Array.from({ length: 21 }, () => budget.spend(0));
    expect(spent.filter(Boolean)).toHaveLength(20);
    expect(budget.spend(1000)).toBe(true);
    expect(budget.spend(1000)).toBe(false);
  });

  it('saves up no more than one burst', () => {
    const budget = new EventBudget(1, 0);
    const spent = Array.from({ length: 11 }, () => budget.spend(1_000_000));
    expect(spent.filter(Boolean)).toHaveLength(10);
  });
});
