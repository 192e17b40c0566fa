import { describe, expect, it } from 'vitest';
import { createReadingQueue } from '../../src/fleet/reading-queue.ts';
import { createOutputBudget } from '../../src/model/output-budget.ts';

const LONG = 1024 * 1024;

describe('reading what sleds sent', () => {
  it('lets short answers pass long ones, and reads the long ones one after another', async () => {
    const queue = createReadingQueue();
    const read: string[] = [];
    await Promise.all([
      queue.read(LONG, () => read.push('long 1')),
      queue.read(LONG, () => read.push('long 2')),
      queue.read(10, () => read.push('short 1')),
      new Promise<void>((resolve) => {
        setImmediate(() => {
          void queue.read(10, () => read.push('short 2')).then(() => resolve());
        });
      }),
    ]);
    expect(read).toEqual(['short 1', 'short 2', 'long 1', 'long 2']);
  });

  it('goes on after a reading that throws, and throws it to its own caller', async () => {
    const queue = createReadingQueue();
    const broken = queue.read(LONG, () => {
      throw new Error('a bug');
    });
    const next = queue.read(LONG, () => 'read');
    await expect(broken).rejects.toThrow('a bug');
    expect(await next).toBe('read');
  });
});

describe('what sleds may send together', () => {
  const KB = 1024;

  it('ends at its total, and gives room again when something was read', () => {
    const budget = createOutputBudget(1000 * KB);
    const [first, second] = [budget.open(), budget.open()];
    expect(first.take(1200 * KB)).toBe(true);
    expect(second.take(600 * KB)).toBe(false);
    first.close();
    expect(second.take(1 * KB)).toBe(true);
  });

  it('never costs a sled that sends little its answer', () => {
    const budget = createOutputBudget(0);
    expect(budget.open().take(300 * KB)).toBe(false);
    const small = budget.open();
    expect([small.take(200 * KB), small.take(56 * KB), small.take(1)]).toEqual([true, true, false]);
  });
});
