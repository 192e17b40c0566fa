import { describe, expect, test } from 'vitest';
import { runQuietly, startDtrace, virtualMachine } from './virtual-machine.ts';

/** What a BEGIN that fills aggregations, and an END that shows them, print: without the newlines of the end. */
function shown(begin: string, end: string, options = ''): string {
  const { stdout, stderr } = runQuietly(`${options}\nBEGIN { ${begin} }\nEND { ${end} }`);
  expect(stderr).toBe('');
  expect(stdout.startsWith('\n')).toBe(true);
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout.slice(1, -1);
}

describe('printa without a format', () => {
  test('starts with a newline and puts keys and value in their columns', () => {
    expect(shown('@["read", pid, arg0, (short)3, (char)4] = sum(7);', 'printa(@);')).toBe(
      `\n  ${'read'.padEnd(50)}      102                0     3   4                7\n`,
    );
  });

  test('prints just the newline while there is nothing', () => {
    expect(shown('x = 1;', 'printa(@a);', 'tick-1h { @a = count(); }')).toBe('\n');
  });

  test('goes up by value, ties by key as unsigned integers and bytes', () => {
    const out = shown(
      '@[(int64_t)-1] = count(); @[(int64_t)2] = count(); @[(int64_t)9] = count(); @[(int64_t)9] = count();',
      'printa(@);',
    );
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/)),
    ).toEqual([
      ['2', '1'],
      ['-1', '1'],
      ['9', '2'],
    ]);
  });

  test('puts the values of several aggregations side by side', () => {
    expect(shown('@a["x"] = sum(1); @b["x"] = sum(2); @b["y"] = sum(3);', 'printa(@a, @b);')).toBe(
      `\n  ${'y'.padEnd(50)} ${'0'.padStart(16)} ${'3'.padStart(16)}\n  ${'x'.padEnd(50)} ${'1'.padStart(16)} ${'2'.padStart(16)}\n`,
    );
  });

  test('options change the order', () => {
    const begin = '@["b"] = sum(1); @["a"] = sum(2); @["c"] = sum(3);';
    const keys = (options: string): readonly string[] =>
      shown(begin, 'printa("%s\\n", @);', options).trim().split('\n');
    expect(keys('')).toEqual(['b', 'a', 'c']);
    expect(keys('#pragma D option aggsortkey')).toEqual(['a', 'b', 'c']);
    expect(keys('#pragma D option aggsortrev')).toEqual(['c', 'a', 'b']);
    const pair = '@a["p"] = sum(1); @b["p"] = sum(9); @a["q"] = sum(2); @b["q"] = sum(3);';
    const joined = (options: string): string => shown(pair, 'printa("%s", @a, @b);', options);
    expect(joined('')).toBe('pq');
    expect(joined('#pragma D option aggsortpos=1')).toBe('qp');
  });

  test('a histogram follows its keys, and an empty line follows it', () => {
    expect(shown('@["r"] = quantize(4);', 'printa(@);')).toBe(
      [
        '',
        `  ${'r'.padEnd(50)}`,
        '           value  ------------- Distribution ------------- count    ',
        '               2 |                                         0        ',
        '               4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        ',
        '               8 |                                         0        ',
        '',
        '',
      ].join('\n'),
    );
  });

  test('histograms are ordered by the sum of bucket value times count', () => {
    const out = shown(
      '@["many"] = quantize(1); @["many"] = quantize(1); @["many"] = quantize(1); @["big"] = quantize(2);',
      'printa("%s ", @);',
    );
    expect(out).toBe('big many ');
  });

  test('min, max, avg and stddev', () => {
    const fill = [1, 2, 3, 10].map(
      (n) => `@a = min(${n}); @b = max(${n}); @c = avg(${n}); @d = stddev(${n});`,
    );
    expect(shown(fill.join(' '), 'printa("%@d %@d %@d %@d", @a, @b, @c, @d);')).toBe('1 10 4 3');
    expect(
      shown(
        '@a = min(-5); @b = max(-5); @c = avg(-5); @d = sum(-5);',
        'printa("%@d %@d %@d %@d", @a, @b, @c, @d);',
      ),
    ).toBe('-5 -5 -5 -5');
  });
});

describe('printa with a format', () => {
  test('prints the format once for each tuple, fewer keys allowed, and the last value repeats', () => {
    expect(
      shown('@a["x", 1] = sum(5); @b["x", 1] = sum(6);', 'printa("%-4s|%@5u|%@05d|%@d\\n", @a, @b);'),
    ).toBe('x   |    5|00006|6\n');
  });

  test('prints nothing at all while there is nothing', () => {
    expect(shown('x = 1;', 'printa("header %@d\\n", @a);', 'tick-1h { @a = count(); }')).toBe('');
  });

  test('prints a whole histogram whatever the conversion says', () => {
    const out = shown('@["k"] = quantize(1);', 'printa("%s:%@8d<", @);');
    expect(out).toMatch(/^k:\n {11}value .*\n[^]*\n<$/);
  });

  test('a tuple that one quantize lacks is the histogram without data', () => {
    const out = shown('@a["x"] = count(); @b["y"] = quantize(3);', 'printa("%s %@d %@d\\n", @a, @b);');
    expect(out).toContain('              -1 |');
  });
});

describe('clear, trunc and normalize', () => {
  test('clear keeps the keys with zeros', () => {
    expect(shown('@["x"] = sum(5);', 'clear(@); printa("%s=%@d", @);')).toBe('x=0');
  });

  test('trunc removes everything, or all but the largest or smallest', () => {
    const fill = '@["a"] = sum(1); @["b"] = sum(2); @["c"] = sum(3);';
    expect(shown(fill, 'trunc(@); printa("%s", @);')).toBe('');
    expect(shown(fill, 'trunc(@, 2); printa("%s", @);')).toBe('bc');
    expect(shown(fill, 'trunc(@, -2); printa("%s", @);')).toBe('ab');
  });

  test('normalize divides when it is printed, until denormalize', () => {
    expect(
      shown('@ = sum(5000);', 'normalize(@, 1000); printa("%@d ", @); denormalize(@); printa("%@d", @);'),
    ).toBe('5 5000');
  });
});

describe('the automatic print', () => {
  test('shows what no printa has shown, in order of first appearance, after an empty line', () => {
    const { stdout } = runQuietly(
      'BEGIN { @second = count(); @first = count(); @shown = count(); } END { printa("%@d\\n", @shown); }',
    );
    expect(stdout).toBe(`\n1\n\n ${'1'.padStart(16)}\n ${'1'.padStart(16)}\n`);
  });

  test('comes at exit() too, and not when the command is killed', async () => {
    const machine = virtualMachine();
    const ended = startDtrace(machine, ['-qn', 'BEGIN { @ = sum(3); exit(4); }']);
    expect(ended.stdout).toBe(`\n ${'3'.padStart(16)}\n`);
    expect(await ended.settle()).toBe(4);
    const killed = startDtrace(machine, ['-qn', 'BEGIN { @ = sum(3); } END { printf("end"); }']);
    killed.run.signal('HUP');
    expect(killed.stdout).toBe('');
    expect(await killed.settle()).toBe(129);
  });
});

describe('snapshots', () => {
  test('a printa shows what had been gathered at the last aggrate', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, [
      '-qZx',
      'aggrate=1s',
      '-x',
      'switchrate=10hz',
      '-n',
      'up-apply { @ = count(); } tick-500ms { printa("%@d ", @); }',
    ]);
    machine.fire(101, 'up-apply');
    machine.clock.advance(600);
    expect(session.stdout).toBe('');
    machine.clock.advance(600);
    expect(session.stdout).toBe('1 ');
  });

  test('clear in the same clause starts the next interval', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, [
      '-qZn',
      'up-apply { @ = count(); } tick-1s { printa("%@d ", @); clear(@); }',
    ]);
    for (const firings of [3, 0, 5]) {
      for (let i = 0; i < firings; i++) machine.fire(101, 'up-apply');
      machine.clock.advance(1000);
    }
    expect(session.stdout).toBe('3 0 5 ');
  });
});
