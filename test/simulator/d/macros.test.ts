import { describe, expect, test } from 'vitest';
import { startDtrace, virtualMachine } from './virtual-machine.ts';

function run(argv: readonly string[], script = ''): { readonly stdout: string; readonly stderr: string } {
  return startDtrace(virtualMachine(), argv, { 'x.d': script });
}

test('a script that ran before has its own options, arguments and process each time', () => {
  const script = '#pragma D option quiet\nBEGIN { printf("%d %s %d", $1, $$2, $pid); }';
  const argv = (...words: readonly string[]) => ['-x', 'defaultargs', '-s', 'x.d', ...words];
  expect(run(argv('5', 'a'), script)).toMatchObject({ stdout: '5 a 102', stderr: '' });
  expect(run(argv('5', 'a'), script)).toMatchObject({ stdout: '5 a 102', stderr: '' });
  expect(run(argv('6', 'b'), script)).toMatchObject({ stdout: '6 b 102', stderr: '' });
  expect(run(argv(), script)).toMatchObject({ stdout: '0  102', stderr: '' });
  expect(run(['-s', 'x.d'], script).stderr).toContain('macro argument $1 is not defined');
  const other = startDtrace(virtualMachine([101, 200]), argv('5', 'a'), { 'x.d': script });
  expect(other).toMatchObject({ stdout: '5 a 201', stderr: '' });
});

describe('macro arguments', () => {
  test('$1 is an integer or a string by its looks, $$1 always a string', () => {
    expect(run(['-qs', 'x.d', '5'], 'BEGIN { trace($1 + 1); trace($$1); }').stdout).toBe('65');
    expect(run(['-qs', 'x.d', '0x10'], 'BEGIN { trace($1); }').stdout).toBe('16');
    expect(run(['-qs', 'x.d', '"a b"'], 'BEGIN { trace($1); }').stdout).toBe('a b');
    expect(run(['-qs', 'x.d', '3f2b1c9e-7d14'], 'BEGIN { trace($1); }').stdout).toBe('3f2b1c9e-7d14');
    expect(run(['-qs', 'x.d', 'pid'], 'BEGIN { trace($1 == $pid); }').stdout).toBe('1');
  });

  test('$0 is the script, $target 0 without -p', () => {
    expect(run(['-qs', 'x.d'], 'BEGIN { trace($$0); trace($target); }').stdout).toBe('x.d0');
  });

  test('a missing one is an error, unless defaultargs makes it 0 or ""', () => {
    expect(run(['-qs', 'x.d'], 'BEGIN\n{ trace($1); }').stderr).toBe(
      'dtrace: failed to compile script x.d: line 2: macro argument $1 is not defined\n',
    );
    expect(run(['-qx', 'defaultargs', '-s', 'x.d'], 'BEGIN { trace($1); printf("[%s]", $$2); }').stdout).toBe(
      '0[]',
    );
    expect(run(['-qs', 'x.d'], '#pragma D option defaultargs\nBEGIN { trace($1); }').stdout).toBe('0');
    expect(run(['-qs', 'x.d'], 'BEGIN { trace($nope); }').stderr).toContain(
      'macro variable $nope is not defined',
    );
  });

  test('an extra one is an error in each program that does not use the last, unless argref is set', () => {
    expect(run(['-qs', 'x.d', '5'], 'BEGIN { trace(1); }').stderr).toMatch(
      /^dtrace: failed to compile script x\.d: line \d+: extraneous argument '5' \(\$1 is not referenced\)\n$/,
    );
    expect(run(['-qs', 'x.d', '-n', 'tick-30s{exit(0);}', '1234'], 'BEGIN { trace($1); }').stderr).toBe(
      "dtrace: invalid probe specifier tick-30s{exit(0);}: extraneous argument '1234' ($1 is not referenced)\n",
    );
    const both = run(
      ['-qx', 'argref', '-s', 'x.d', '-n', 'tick-30s{exit(0);}', '1234'],
      'BEGIN { trace($1); }',
    );
    expect(both).toMatchObject({ stdout: '1234', stderr: '' });
  });

  test('only the last argument is looked at', () => {
    expect(run(['-qs', 'x.d', '1', '2'], 'BEGIN { trace($2); }').stdout).toBe('2');
    expect(run(['-qs', 'x.d', '1', '2'], 'BEGIN { trace($1); }').stderr).toContain(
      "extraneous argument '2' ($2 is not referenced)",
    );
  });

  test('stand in probe descriptions too', async () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    const session = startDtrace(machine, ['-s', 'x.d', '101', '3'], {
      'x.d': 'crucible_upstairs$1:::up-status { @ = count(); }\ntick-$2s { exit(0); }',
    });
    expect(session.stderr).toBe("dtrace: script 'x.d' matched 2 probes\n");
    machine.clock.advance(2999);
    expect(await session.settle()).toBeNull();
    machine.clock.advance(1);
    expect(await session.settle()).toBe(0);
    expect(run(['-qZs', 'x.d', '3'], 'tick-${1}s { exit(0); }').stderr).toContain(
      'failed to compile script x.d',
    );
  });

  test('have no default in a probe description, and what is no number takes the rest of its field', () => {
    const compiled = (description: string): string =>
      run(['-qZx', 'defaultargs', '-x', 'argref', '-s', 'x.d', '3'], `${description} { exit(0); }`).stderr;
    for (const text of ['slog$2:::info', 'slog$$2:::info', 'tick-$nope', 'tick-$pids', 'slog$:::info'])
      expect(compiled(text)).toBe(
        `dtrace: failed to compile script x.d: line 1: invalid probe description "${text}": Undefined macro variable in probe description\n`,
      );
    for (const text of ['tick-$1s', 'tick-$$1s', 'slog$1*:::info', 'slog*:::info$pid'])
      expect(compiled(text)).toBe('');
  });
});
