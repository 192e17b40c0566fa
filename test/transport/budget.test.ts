import { describe, expect, it } from 'vitest';
import { createBudget } from '../../src/transport/budget.ts';

describe('a budget', () => {
  it('is used up by tries, and not by what is between them', async () => {
    let now = 0;
    const budget = createBudget(1_000, () => now);
    await budget.spend(async () => {
      now += 300;
      expect(budget.remainingMs()).toBe(700);
    });
    now += 60_000;
    expect(budget.remainingMs()).toBe(700);
    const failing = budget.spend(async () => {
      now += 900;
      expect(budget.remainingMs()).toBe(0);
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(budget.remainingMs()).toBe(0);
  });
});
