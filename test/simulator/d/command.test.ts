import { describe, expect, test } from 'vitest';
import { parseRate, parseSize } from '../../../src/simulator/d/options.ts';
import { matchesGlob } from '../../../src/simulator/d/probe-description.ts';
import { startDtrace, virtualMachine } from './virtual-machine.ts';

describe('without -q', () => {
  test('a heading once, the columns of the probe before each record and a newline after it', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, [
      '-n',
      'tick-5s { printf("hello\\n"); } tick-5s { trace(1); trace("s"); trace((char)2); } tick-5s { @ = count(); }',
    ]);
    expect(session.stderr).toBe("dtrace: description 'tick-5s ' matched 3 probes\n");
    machine.clock.advance(5000);
    const columns = (id: number): string => `  0 ${String(id).padStart(6)} ${':tick-5s'.padStart(32)} `;
    const id = Number(/^ {2}0 +(\d+)/m.exec(session.stdout)?.[1]);
    expect(session.stdout).toBe(
      `CPU     ID                    FUNCTION:NAME\n${columns(id)}hello\n\n` +
        `${columns(id)} ${'1'.padStart(8)}  ${'s'.padEnd(33)} ${'2'.padStart(3)}\n`,
    );
  });

  test('a clause without a body prints the columns alone', () => {
    const session = startDtrace(virtualMachine(), ['-n', 'BEGIN']);
    expect(session.stderr).toBe("dtrace: description 'BEGIN' matched 1 probe\n");
    expect(session.stdout).toBe(
      `CPU     ID                    FUNCTION:NAME\n  0      1 ${':BEGIN'.padStart(32)} \n`,
    );
  });

  test('a long function name overflows its columns', () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    const session = startDtrace(machine, ['-n', 'up-status { trace(arg0); }']);
    machine.fire(101, 'up-status', [-1]);
    machine.clock.advance(1000);
    expect(session.stdout).toContain(`17h0123456789abcdefE:up-status ${'-1'.padStart(17)}\n`);
  });

  test('trace of an empty or unprintable string is a dump of bytes, in quiet mode too', () => {
    const session = startDtrace(virtualMachine(), ['-qx', 'strsize=16', '-n', 'BEGIN { trace("é"); }']);
    expect(session.stdout).toBe(
      `\n${' '.repeat(11)}  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n` +
        `         0: c3 a9${' 00'.repeat(14)}  ................\n`,
    );
  });
});

describe('options', () => {
  test.each([
    [['-x', 'foo', '-n', 'BEGIN'], 'failed to set -x foo: Invalid option name'],
    [['-x', 'oformat=json', '-n', 'BEGIN'], 'failed to set -x oformat: Invalid option name'],
    [['-x', 'strsize=4x', '-n', 'BEGIN'], 'failed to set -x strsize: Invalid value for specified option'],
    [['-b', 'big', '-n', 'BEGIN'], 'failed to set -b big: Invalid value for specified option'],
    [['-s', 'missing.d'], 'failed to open missing.d: No such file or directory'],
    [['-n', 'BEGIN { system("rm -rf /"); }'], 'could not enable tracing: Destructive actions not allowed'],
    [['-q'], 'no probes specified'],
  ])('%j ends with 1: %s', async (argv, message) => {
    const session = startDtrace(virtualMachine(), argv);
    expect(session.stdout).toBe('');
    expect(session.stderr.endsWith(`dtrace: ${message}\n`)).toBe(true);
    expect(await session.settle()).toBe(1);
  });

  test('an option that does not exist ends with 2 and the usage', async () => {
    const session = startDtrace(virtualMachine(), ['-y']);
    expect(session.stderr).toMatch(/^dtrace: illegal option -- y\nUsage: dtrace /);
    expect(await session.settle()).toBe(2);
  });

  test.each([
    ['none', 'DTrace requires additional privileges'],
    ['no-device', 'DTrace device not available on system'],
  ] as const)('privileges %s', async (privileges, message) => {
    const session = startDtrace(virtualMachine(), ['-n', 'BEGIN'], {}, { privileges });
    expect(session.stderr).toBe(`dtrace: failed to initialize dtrace: ${message}\n`);
    expect(await session.settle()).toBe(1);
  });

  test('-w, or its pragma, permits what is destructive', () => {
    const session = startDtrace(virtualMachine(), ['-wn', 'BEGIN { system("x"); exit(0); }']);
    expect(session.stderr).toContain('dtrace: allowing destructive actions\n');
  });

  test('every illumos option that a script may set is known', () => {
    const names = [
      'aggsize=1m',
      'aggrate=10hz',
      'aggsortkey',
      'aggsortkeypos=1',
      'aggsortpos=1',
      'aggsortrev',
      'bufpolicy=switch',
      'bufresize=auto',
      'bufsize=4m',
      'cleanrate=50hz',
      'cpu=0',
      'defaultargs',
      'argref',
      'dynvarsize=8m',
      'flowindent',
      'jstackframes=10',
      'jstackstrsize=64',
      'nspec=2',
      'quiet',
      'rawbytes',
      'specsize=32k',
      'stackframes=5',
      'statusrate=10hz',
      'strsize=2k',
      'switchrate=100ms',
      'temporal',
      'unodefs',
      'ustackframes=4',
      'zdefs',
    ];
    const argv = names.flatMap((name) => ['-x', name]);
    expect(startDtrace(virtualMachine(), [...argv, '-e', '-n', 'BEGIN']).stderr).toBe('');
  });

  test('-e compiles and traces nothing', async () => {
    const session = startDtrace(virtualMachine(), ['-e', '-n', 'BEGIN { trace(1); }']);
    expect(await session.settle()).toBe(0);
    expect(session.stdout + session.stderr).toBe('');
  });

  test('-o appends to a file', () => {
    const session = startDtrace(virtualMachine(), ['-q', '-o', 'out', '-n', 'BEGIN { trace(1); exit(0); }'], {
      out: 'old\n',
    });
    expect(session.stdout).toBe('');
    expect(session.files.get('out')).toBe('old\n1\n');
  });

  test('-l lists probes in columns', async () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    const session = startDtrace(machine, ['-l', '-n', 'crucible_upstairs*:::']);
    expect(session.stdout.split('\n')[0]).toBe(
      '   ID   PROVIDER            MODULE                          FUNCTION NAME',
    );
    expect(session.stdout.split('\n')[1]).toBe(
      '84104 crucible_upstairs101   propolis-server _ZN8crucible8upstairs8Upstairs14on_stat_update17h0123456789abcdefE up-status',
    );
    expect(await session.settle()).toBe(0);
    expect(startDtrace(machine, ['-l']).stdout).toContain(
      'dtrace                                                     BEGIN\n',
    );
  });

  test('several programs share variables and are reported one by one', () => {
    const session = startDtrace(virtualMachine(), ['-s', 'a.d', '-s', 'b.d'], {
      'a.d': 'BEGIN { x = 5; }',
      'b.d': '#pragma D option quiet\nBEGIN { trace(x); }',
    });
    expect(session.stdout).toBe('5');
  });

  test('predicate and action may be words of their own', () => {
    expect(startDtrace(virtualMachine(), ['-qn', 'BEGIN', '/1/', '{ trace(2); }']).stdout).toBe('2');
  });

  test('sizes and rates', () => {
    expect(['4k', '256K', '1m', '2g', '0x10', '77'].map(parseSize)).toEqual([
      4096, 262_144, 1_048_576, 2_147_483_648, 16, 77,
    ]);
    expect(['10hz', '1sec', '500ms', '1000', '2parsecs'].map(parseRate)).toEqual([
      100_000_000n,
      1_000_000_000n,
      500_000_000n,
      1000n,
      null,
    ]);
  });
});

describe('probes', () => {
  test.each([
    ['gw-*-start', 'gw-write-unwritten-start', true],
    ['gw-?rite-start', 'gw-write-start', true],
    ['[a-f]x', 'cx', true],
    ['[!a-f]x', 'cx', false],
    [String.raw`a\*`, 'a*', true],
    [String.raw`a\*`, 'ab', false],
    ['crucible_upstairs*', 'crucible_upstairs28022', true],
    ['Up-*', 'up-status', false],
    ['', 'anything', true],
    ['[]a]', ']', true],
    ['[a', '[a', false],
    ['*a*a*b', 'a'.repeat(5000), false],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  test.each([
    ['crucible_upstairs101:::up-status', ''],
    ['slog101:::info', ''],
    ['slog101*:::info', ''],
    ['slog10[1]:::info', ''],
    ['slog0:::info', "'slog0' does not contain a valid pid"],
    ['slog:::info', ''],
    ['slog99999999999999999999:::info', "'slog99999999999999999999' does not contain a valid pid"],
    ['crucible_upstairs102:::up-status', 'failed to grab process 102'],
  ])('of a provider that ends in a number are looked for in that process: %s', (description, refusal) => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    for (const argv of [
      ['-qZn', description],
      ['-Zln', description],
    ]) {
      const { stderr } = startDtrace(machine, argv);
      if (refusal === '') expect(stderr).not.toContain('invalid probe specifier');
      else expect(stderr).toBe(`dtrace: invalid probe specifier ${description}: ${refusal}\n`);
    }
  });

  test('of a process that another dtrace controls are not looked for in it', async () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    const holder = startDtrace(machine, ['-p', '101', '-n', 'crucible_upstairs*:::up-status']);
    const argv = ['-n', 'crucible_upstairs101:::up-status'];
    expect(startDtrace(machine, argv).stderr).toContain('failed to grab process 101');
    holder.run.signal('INT');
    await holder.settle();
    expect(startDtrace(machine, argv).stderr).not.toContain('grab');
  });

  test('of a process that starts later are traced', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qZn', 'crucible_upstairs*:::up-apply { printf("%d ", pid); }']);
    machine.addProcess({ pid: 202 });
    machine.fire(202, 'up-apply');
    machine.clock.advance(1000);
    expect(session.stdout).toBe('202 ');
  });

  test('all clauses of a firing run in program order, each description once', () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'gw-read-start');
    machine.addProbe(101, 'gw-write-start');
    const session = startDtrace(machine, [
      '-n',
      'gw-read-start, gw-write-start { printf("1"); } gw-* { printf("2"); } gw-read-* { printf("3"); }',
      '-q',
    ]);
    machine.fire(101, 'gw-read-start');
    machine.fire(101, 'gw-write-start');
    machine.clock.advance(1000);
    expect(session.stdout).toBe('12312');
  });
});
