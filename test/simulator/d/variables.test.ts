import { describe, expect, test } from 'vitest';
import { runQuietly, startDtrace, virtualMachine } from './virtual-machine.ts';

describe('clause-local variables', () => {
  test('are shared by the clauses of one firing, and garbage in the next', () => {
    const { stdout } = runQuietly(
      `up-apply /arg0 == 1/ { this->n = 5; this->s = "set"; }
       up-apply { printf("%d %s|", this->n, this->s); }`,
      (machine) => {
        machine.fire(101, 'up-apply', [1]);
        machine.fire(101, 'up-apply', [2]);
      },
    );
    const [first, second] = stdout.split('|');
    expect(first).toBe('5 set');
    expect(second).toMatch(/^\d{6,} <unset clause-local>$/);
  });
});

describe('global and thread-local variables', () => {
  test('start at 0 and NULL; a missing element reads as 0', () => {
    const { stdout } = runQuietly(
      'int n; string s; int a[int]; BEGIN { printf("%d %d %d", n, s == NULL, a[7]); }',
    );
    expect(stdout).toBe('0 1 0\n\n');
  });

  test('the type of the first assignment stays', () => {
    expect(runQuietly('BEGIN { x = (uint8_t)0; x = 300; trace(x); }').stdout).toBe('44\n\n');
    expect(runQuietly('BEGIN { x = 1; x += 4; x *= 3; x -= 1; x++; --x; trace(x); }').stdout).toBe('14\n\n');
    expect(runQuietly('BEGIN { n[1]++; n[1]++; trace(n[1]); }').stdout).toBe('2\n\n');
  });

  test('self-> is one for each thread', () => {
    const { stdout } = runQuietly(
      `gw-read-start { self->start = timestamp; }
       gw-read-done /self->start/ { printf("%d;", (timestamp - self->start) / 1000000); self->start = 0; }`,
      (machine) => {
        machine.fire(101, 'gw-read-start', [], { tid: 1 });
        machine.clock.advance(5);
        machine.fire(101, 'gw-read-start', [], { tid: 2 });
        machine.clock.advance(5);
        machine.fire(101, 'gw-read-done', [], { tid: 2 });
        machine.fire(101, 'gw-read-done', [], { tid: 1 });
        machine.fire(101, 'gw-read-done', [], { tid: 1 });
      },
    );
    expect(stdout).toBe('5;10;\n\n');
  });
});

describe('arguments', () => {
  test('are signed integers, or addresses of texts; one that is not there is garbage, not 0', () => {
    const { stdout } = runQuietly(
      'up-apply { printf("%d %s %s %d", arg0, copyinstr(arg1), copyinstr(arg1 + 2), arg5 == 0); }',
      (machine) => machine.fire(101, 'up-apply', [-5, 'hello']),
    );
    expect(stdout).toBe('-5 hello llo 0\n\n');
  });

  test('say where they fired', () => {
    const { stdout } = runQuietly(
      'up-status { printf("%s %s %s %s %d %d", execname, zonename, probeprov, probename, cpu, tid); }',
      (machine) => machine.fire(101, 'up-status', [], { cpu: 3, tid: 9 }),
    );
    expect(stdout).toBe(
      'propolis-server oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50 crucible_upstairs101 up-status 3 9\n\n',
    );
  });

  test('execname is cut to 16 bytes, pr_fname to 15 and pr_psargs to 79', () => {
    const machine = virtualMachine([]);
    machine.addProcess({ pid: 7, command: 'crucible-downstairs', args: `/opt/${'x'.repeat(100)}` });
    const session = startDtrace(machine, [
      '-qZn',
      'work-start { printf("%s %s %d", execname, curpsinfo->pr_fname, strlen(curpsinfo->pr_psargs)); }',
    ]);
    machine.fire(7, 'work-start', [], { provider: 'crucible_downstairs' });
    machine.clock.advance(1000);
    expect(session.stdout).toBe('crucible-downsta crucible-downst 79');
  });
});

describe('dynamic variables', () => {
  test('that find no room are lost, and their number is reported', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, [
      '-qZx',
      'dynvarsize=4k',
      '-n',
      'int64_t stored; up-apply { a[arg0] = 1; stored += a[arg0]; } END { trace(stored); }',
    ]);
    for (let i = 0; i < 100; i++) machine.fire(101, 'up-apply', [i]);
    machine.clock.advance(1000);
    const drops = Number(/^dtrace: (\d+) dynamic variable drops$/m.exec(session.stderr)?.[1]);
    session.run.signal('INT');
    expect(Number(session.stdout.trim())).toBe(100 - drops);
    expect(drops).toBeGreaterThan(50);
  });

  test('give their room back when they are set to 0', () => {
    const { stderr } = runQuietly(
      'up-apply { a[arg0] = timestamp; a[arg0] = 0; }',
      (machine) => {
        for (let i = 0; i < 100; i++) machine.fire(101, 'up-apply', [i]);
      },
      ['-x', 'dynvarsize=2k'],
    );
    expect(stderr).toBe('');
  });
});

describe('a full trace buffer', () => {
  test('drops records of its CPU, which is reported', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qZb', '1k', '-n', 'up-apply { printf("%s\\n", probename); }']);
    for (let i = 0; i < 10; i++) machine.fire(101, 'up-apply', [], { cpu: 3 });
    machine.clock.advance(1000);
    const lines = session.stdout.match(/up-apply/g)?.length ?? 0;
    expect(session.stderr).toBe(`dtrace: ${10 - lines} drops on CPU 3\n`);
    expect(lines).toBe(3);
    machine.fire(101, 'up-apply', [], { cpu: 3 });
    machine.clock.advance(1000);
    expect(session.stdout.match(/up-apply/g)).toHaveLength(4);
  });

  test('drops what a predicate would not have let through, since room is reserved before it is asked', () => {
    const machine = virtualMachine();
    const program = 'up-apply { printf("%s\\n", probename); } up-apply /0/ { printf("%s", probename); }';
    const session = startDtrace(machine, ['-qZb', '1k', '-n', program]);
    for (let i = 0; i < 3; i++) machine.fire(101, 'up-apply', []);
    machine.clock.advance(1000);
    expect(session.stdout.match(/up-apply/g)).toHaveLength(3);
    expect(session.stderr).toBe('dtrace: 1 drop on CPU 0\n');
  });
});

describe('firings on several CPUs', () => {
  const GLOBAL = 'up-status { job = arg0; x = 1; y = 2; printf("%d=%d ", job, arg0); }';
  const LOCAL = GLOBAL.replaceAll('job', 'this->job').replace('x = 1; y = 2;', 'this->x = 1; this->y = 2;');

  function mixed(program: string, seed: number): number {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qZn', program], {}, { interleave: seed });
    for (let i = 0; i < 20; i++) machine.fire(101, 'up-status', [i], { cpu: i % 4 });
    machine.clock.advance(1000);
    const pairs = session.stdout.trim().split(' ');
    expect(pairs).toHaveLength(20);
    return pairs.filter((pair) => pair.split('=')[0] !== pair.split('=')[1]).length;
  }

  test("overwrite each other's globals when they interleave, and never their clause-locals", () => {
    const seeds = [1, 2, 3, 4, 5];
    expect(seeds.reduce((sum, seed) => sum + mixed(GLOBAL, seed), 0)).toBeGreaterThan(0);
    expect(seeds.reduce((sum, seed) => sum + mixed(LOCAL, seed), 0)).toBe(0);
  });

  test('interleave in the same way for the same seed', () => {
    expect(mixed(GLOBAL, 7)).toBe(mixed(GLOBAL, 7));
  });
});
