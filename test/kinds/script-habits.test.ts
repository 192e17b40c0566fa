import { describe, expect, it } from 'vitest';
import { recordedHabits, scriptHabits } from '../../src/kinds/script-habits.ts';
import { UNKNOWN_HABITS, UNKNOWN_SCRIPT } from '../../src/parse/print-habits.ts';

const histograms = (text: string) => scriptHabits(text).histograms;
const COUNT = 'x:::y { @q[pid] = quantize(arg0); }\n';

describe('when a script empties its histograms', () => {
  it.each([
    ['tick-1s { printa(@q); }', 'never'],
    ['tick-1s { printa(@q); } END { clear(@other); }', 'never'],
    ['tick-1s { printa(@q); /* clear(@q); */ printf("clear(@q);"); }', 'never'],
    ['tick-1s { printa(@q); clear(@q); }', 'each_print'],
    ['tick-1s { printf("%Y", walltimestamp); printa("%d%@d\\n", @q); trunc(@q); }', 'each_print'],
    ['tick-1s { clear(@q); printa(@q); }', 'each_print'],
    ['tick-1s { printa(@q); } tick-1s { trunc(@q); }', 'each_print'],
    ['tick-1s { printa(@q); trunc(@q); } END { printa(@q); }', 'each_print'],
    ['tick-1s { printa(@q); trunc(@q, 5); }', 'unknown'],
    ['tick-1s { printa(@q); } tick-10s { clear(@q); }', 'unknown'],
    ['tick-1s /n > 2/ { printa(@q); } tick-1s /n > 2/ { clear(@q); }', 'unknown'],
    ['tick-1s { printa(@q); if (n > 2) { clear(@q); } }', 'unknown'],
    ['tick-1s { printa(@q); printa(@q); clear(@q); }', 'unknown'],
    ['tick-1s { printa(@q); clear(@q); } tick-5s { printa(@q); }', 'unknown'],
    ['tick-1s { printa(@q); } tick-1s { printa(@q); clear(@q); }', 'unknown'],
    ['END { printa(@q); } END { printa(@q); clear(@q); }', 'unknown'],
  ])('%s: %s', (text, resets) => {
    expect(histograms(COUNT + text).resets).toBe(resets);
  });
});

describe('how many aggregations may have equal keys', () => {
  it.each([
    ['@a["reads", pid] = quantize(1); @b["writes", pid] = quantize(1);', 1],
    ['@a[pid] = quantize(1); @b[pid, cpu] = quantize(1);', 1],
    ['@a[pid] = quantize(1); @b[execname] = quantize(1);', 1],
    ['@a["x"] = quantize(1); @b[arg0] = quantize(1);', 1],
    ['@a[pid] = quantize(1); @b[pid] = count();', 1],
    ['@a[pid] = quantize(1); @b[ppid] = lquantize(1, 0, 10, 1);', 2],
    ['@a = quantize(1); @ = quantize(2);', 2],
    ['@a[probename] = quantize(1); @b["read"] = quantize(1); @c["write"] = quantize(1);', 3],
    // "\162ead" is "read".
    ['@a["\\162ead"] = quantize(1); @b["read"] = quantize(1);', 2],
    ['@a[json(copyinstr(arg0), "a,b")] = quantize(1); @b[probename] = quantize(1);', 2],
  ])('%s: %d', (body, sharing) => {
    expect(histograms(`x:::y { ${body} }`).sharing).toBe(sharing);
  });
});

it('a script prints once that leaves it to dtrace, or prints in END alone', () => {
  expect(histograms(COUNT).once).toBe(true);
  expect(histograms(`${COUNT}END { printa(@q); }`).once).toBe(true);
  expect(histograms(`${COUNT}dtrace:::END { printa(@q); }`).once).toBe(true);
  expect(histograms(`${COUNT}END { printa(@q); printa("%d%@d\\n", @q); }`).once).toBe(false);
  expect(histograms(`${COUNT}tick-5s { printa(@q); exit(0); }`).once).toBe(false);
});

it('what a printa shows together is known, and with how many keys a number stands beside a histogram', () => {
  const both = 'x:::y { @n[pid] = count(); @q[pid] = quantize(1); @r[pid] = quantize(1); }\n';
  const habits = (text: string) => histograms(both + text);
  expect(habits('tick-1s { printa("%d %@d\\n%@d\\n", @n, @q); }')).toMatchObject({
    withNumbers: [1],
    jointly: false,
    keys: [1],
  });
  expect(habits('tick-1s { printa(@q, @r); }')).toMatchObject({ withNumbers: [], jointly: true });
  // One place under a line of keys is of two aggregations then.
  expect(habits('tick-1s { printa(@q, @r); printa(@r, @q); }').jointly).toBeNull();
  expect(habits('tick-1s { printa(@q); printa(@r); }')).toMatchObject({ jointly: false, inOneClause: true });
  expect(habits('tick-1s { printa(@q); } tick-1s { printa(@r); }').inOneClause).toBe(false);
  expect(habits('tick-1s { printa(@q); }').inOneClause).toBe(false);
});

it('a title is a line that is printed right before each print', () => {
  const two = 'x:::y { @a[pid] = quantize(1); @b[pid] = quantize(1); }\n';
  const titled = (text: string) => histograms(two + text).titled;
  expect(titled('tick-1s { printf("a\\n"); printa(@a); printf("b\\n"); printa(@b); }')).toBe(true);
  expect(titled('tick-1s { printf("a\\n"); printa(@a); clear(@a); printf("b\\n"); printa(@b); }')).toBe(true);
  expect(
    titled('tick-1s { printf("%Y a\\n", walltimestamp); printa(@a); printf("%Y b\\n", 1); printa(@b); }'),
  ).toBe(true);
  expect(titled('tick-1s { printf("x\\n"); printa(@a); printf("x\\n"); printa(@b); }')).toBe(false);
  expect(titled('tick-1s { printf("%s\\n", "a"); printa(@a); printf("b\\n"); printa(@b); }')).toBe(false);
  // Whatever is printed next would stand right under the histogram.
  expect(titled('tick-1s { printf("a\\n"); printa("%d%@d", @a); printf("b\\n"); printa(@b); }')).toBe(false);
  // Two dates are one title, since dates are passed over.
  expect(titled('tick-1s { printf("%Y\\n", 1); printa(@a); printf("%Y\\n", 2); printa(@b); }')).toBe(false);
  expect(titled('tick-1s { printf("both\\n"); printa(@a); printa(@b); }')).toBe(false);
  expect(titled('tick-1s { printf("a "); printa(@a); printf("b\\n"); printa(@b); }')).toBe(false);
  expect(titled('tick-1s { printf("a\\n"); printa(@a); }')).toBe(false);
});

it('numbers have habits of their own', () => {
  const { histograms: quantized, counts } = scriptHabits(
    'x:::y { @n[pid] = count(); @q[pid] = quantize(1); } tick-1s { printa(@n); clear(@n); printa(@q); normalize(@q, 3); }',
  );
  expect(counts).toMatchObject({ resets: 'each_print', normalizes: false });
  expect(quantized).toMatchObject({ resets: 'never', normalizes: true });
});

it('of a text that is no D, and of a script without aggregations, nothing is known', () => {
  for (const text of ['', 'BEGIN { exit(0); }', '} x {', 'BEGIN { @a = quantize(1);', '@ [ ( "', '{{{']) {
    expect(scriptHabits(text)).toEqual(UNKNOWN_SCRIPT);
  }
});

describe('the habits of a recording', () => {
  it('are those that were recorded', () => {
    const habits = scriptHabits(`${COUNT}tick-1s { printa(@q); }`);
    expect(recordedHabits(JSON.parse(JSON.stringify(habits)))).toEqual(habits);
  });

  it.each([undefined, null, 'x', [], {}, { histograms: 3, counts: { resets: 'always', keys: ['x'] } }])(
    'of %j are unknown',
    (value) => {
      expect(recordedHabits(value)).toEqual({ histograms: UNKNOWN_HABITS, counts: UNKNOWN_HABITS });
    },
  );
});
