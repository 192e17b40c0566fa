import { describe, expect, test } from 'vitest';
import { runQuietly, startDtrace, virtualMachine } from './virtual-machine.ts';

describe('a fault', () => {
  test('throws away what the clause wanted to record, and says so on one line of stderr', () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    const session = startDtrace(machine, [
      '-qn',
      'up-status { printf("before "); printf("%s\\n", json("{}", "a")); }',
    ]);
    machine.fire(101, 'up-status');
    machine.clock.advance(1000);
    expect(session.stdout).toBe('');
    expect(session.stderr).toBe(
      'dtrace: error on enabled probe ID 1 (ID 84104: crucible_upstairs101:propolis-server:_ZN8crucible8upstairs8Upstairs14on_stat_update17h0123456789abcdefE:up-status): invalid address (0x0) in action #2\n',
    );
  });

  test('leaves the other clauses and the variables that were stored before it', () => {
    const { stdout, stderr } = runQuietly(
      `up-apply { n = n1 + 1; n1 = n; @ = count(); printf("lost"); printf("%d", 1 / arg0); }
       up-apply { printf("kept %d ", n); }
       END { printa("%@d", @); }`.replace('n = n1 + 1; n1 = n;', 'n++;'),
      (machine) => {
        machine.fire(101, 'up-apply', [0]);
        machine.fire(101, 'up-apply', [0]);
      },
    );
    expect(stdout).toBe('kept 1 kept 2 \n2\n');
    expect(stderr.match(/divide-by-zero in action #4 at DIF offset \d+/g)).toHaveLength(2);
  });

  test('in a predicate says so', () => {
    const { stdout, stderr } = runQuietly('up-apply /1 / arg0/ { printf("x"); }', (machine) =>
      machine.fire(101, 'up-apply', [0]),
    );
    expect(stdout).toBe('\n\n');
    expect(stderr).toMatch(/: divide-by-zero in predicate at DIF offset \d+\n$/);
  });

  test('of copyinstr names the address', () => {
    const { stderr } = runQuietly('up-apply { this->s = copyinstr(arg0); }', (machine) =>
      machine.fire(101, 'up-apply', [1000]),
    );
    expect(stderr).toMatch(/: invalid address \(0x3e8\) in action #1 at DIF offset \d+\n$/);
  });

  test('in one block of an if stops the later ones', () => {
    const { stdout } = runQuietly(
      'up-apply { printf("a"); if (arg0 == 0) { printf("b%d", 1 / arg0); } else { printf("c"); } printf("d"); }',
      (machine) => {
        machine.fire(101, 'up-apply', [0]);
        machine.fire(101, 'up-apply', [1]);
      },
    );
    expect(stdout).toBe('aacd\n\n');
  });

  test('fires dtrace:::ERROR, and its line is printed as well', () => {
    const { stdout, stderr } = runQuietly(
      'up-apply { trace(1 / arg0); } ERROR { printf("epid %d action %d fault %d", arg1, arg2, arg4); }',
      (machine) => machine.fire(101, 'up-apply', [0]),
    );
    expect(stdout).toBe('epid 2 action 1 fault 4\n\n');
    expect(stderr).toContain('divide-by-zero');
  });

  test('does not change the exit status', async () => {
    const session = startDtrace(virtualMachine(), [
      '-qn',
      'BEGIN { trace(strlen(NULL)); } BEGIN { exit(0); }',
    ]);
    expect(session.stderr).toContain('invalid address (0x0)');
    expect(await session.settle()).toBe(0);
  });
});

describe('NULL', () => {
  const read = (statement: string): { stdout: string; stderr: string } =>
    runQuietly(
      `BEGIN { this->v = json("{\\"a\\":\\"\\"}", "b"); this->e = json("{\\"a\\":\\"\\"}", "a"); ${statement} }`,
    );

  test.each([
    ['printf("%d", this->v == NULL)', '1'],
    ['printf("%d", this->v != NULL)', '0'],
    ['printf("%d", this->v == "")', '1'],
    ['printf("%d", this->e == NULL)', '1'],
    ['printf("%s", this->v != NULL ? this->v : "-")', '-'],
    ['self->x = this->v; printf("stored")', 'stored'],
  ])('is safe to compare and to store: %s', (statement, expected) => {
    const { stdout, stderr } = read(statement);
    expect(stderr).toBe('');
    expect(stdout).toBe(`${expected}\n\n`);
  });

  test.each([
    'printf("%s", this->v)',
    'trace(this->v)',
    'printf("%s", substr(this->v, 1))',
    'printf("%d", strtoll(this->v))',
    'printf("%d", strlen(this->v))',
    'printf("%s", json(this->v, "a"))',
    '@[this->v] = count()',
    'a[this->v] = 1',
  ])('faults where it is loaded: %s', (statement) => {
    const { stdout, stderr } = read(statement);
    expect(stdout).toBe('\n\n');
    expect(stderr).toContain('invalid address (0x0) in action #');
  });

  test('an empty string is no NULL: it is printed', () => {
    expect(read('printf("[%s]", this->e)').stdout).toBe('[]\n\n');
  });
});

describe('scratch memory', () => {
  test('runs out with a small buffer and many copies', () => {
    const copies = Array.from({ length: 20 }, (_, i) => `this->c${i} = copyinstr(arg0);`).join(' ');
    const { stderr } = runQuietly(
      `up-apply { ${copies} printf("x"); }`,
      (machine) => machine.fire(101, 'up-apply', ['text']),
      ['-b', '16k', '-x', 'strsize=4k'],
    );
    expect(stderr).toMatch(/out of scratch space in action #4 at DIF offset \d+/);
  });
});
