import { describe, expect, it } from 'vitest';
import { createOutputBudget, type OutputAccount } from '../../src/model/output-budget.ts';

const KB = 1024;

describe('the turn to be read', () => {
  it('comes at once for short answers, and for one long answer after another', async () => {
    const budget = createOutputBudget(100_000 * KB);
    const order: string[] = [];
    const read = async (name: string, account: OutputAccount): Promise<void> => {
      await account.turn();
      order.push(`${name} begins`);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      order.push(`${name} ends`);
      account.close();
    };
    const sent = (bytes: number): OutputAccount => {
      const account = budget.open();
      account.take(bytes);
      return account;
    };
    const all = [read('long 1', sent(1000 * KB)), read('long 2', sent(1000 * KB)), read('short', sent(10))];
    await Promise.all(all);
    expect(order.indexOf('short begins')).toBe(0);
    expect(order.filter((each) => each.startsWith('long'))).toEqual([
      'long 1 begins',
      'long 1 ends',
      'long 2 begins',
      'long 2 ends',
    ]);
  });

  it('is asked for twice and had once, and passes before all is read where that takes long', async () => {
    const budget = createOutputBudget(100_000 * KB);
    const [first, second] = [budget.open(), budget.open()];
    for (const account of [first, second]) account.take(1000 * KB);
    await first.turn();
    await first.turn();
    first.pass();
    await second.turn();
    second.close();
  });
});

describe('what sleds may send together', () => {
  it('ends at its total, and gives room again when something was read', () => {
    const budget = createOutputBudget(1000 * KB);
    const [first, second] = [budget.open(), budget.open()];
    expect(first.take(1200 * KB)).toBe(true);
    expect(second.take(600 * KB)).toBe(false);
    first.close();
    expect(second.take(1 * KB)).toBe(true);
  });

  it('counts what is kept, which packing makes less', () => {
    const budget = createOutputBudget(1000 * KB);
    const [first, second] = [budget.open(), budget.open()];
    for (let times = 0; times < 30; times++) {
      expect(first.take(500 * KB)).toBe(true);
      first.giveBack(490 * KB);
    }
    expect(second.take(1200 * KB)).toBe(true);
    expect(second.take(100 * KB)).toBe(false);
    first.close();
    expect(second.take(50 * KB)).toBe(true);
  });

  it('never costs a sled that sends little its answer', () => {
    const budget = createOutputBudget(0);
    expect(budget.open().take(300 * KB)).toBe(false);
    const small = budget.open();
    expect([small.take(200 * KB), small.take(56 * KB), small.take(1)]).toEqual([true, true, false]);
  });
});
