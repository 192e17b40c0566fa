import { describe, expect, test } from 'vitest';
import { dtrace } from '../../../src/simulator/d/dtrace.ts';
import { startDtrace, virtualMachine } from './virtual-machine.ts';

describe('time', () => {
  test('output comes in batches of switchrate, and exit is noticed at statusrate', async () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qZn', 'up-apply { trace(arg0); } up-noop { exit(3); }']);
    machine.clock.advance(100);
    machine.fire(101, 'up-apply', [7]);
    machine.clock.advance(899);
    expect(session.stdout).toBe('');
    machine.clock.advance(1);
    expect(session.stdout).toBe('7');
    machine.fire(101, 'up-noop');
    machine.fire(101, 'up-apply', [8]);
    machine.clock.advance(999);
    expect(await session.settle()).toBeNull();
    machine.clock.advance(1);
    expect(session.stdout).toBe('7\n');
    expect(await session.settle()).toBe(3);
  });

  test('-x switchrate=10hz delivers ten times a second', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qZx', 'switchrate=10hz', '-n', 'up-apply { trace(arg0); }']);
    machine.fire(101, 'up-apply', [7]);
    machine.clock.advance(100);
    expect(session.stdout).toBe('7');
  });

  test('BEGIN fires after the compile delay, and the first tick one period later', () => {
    const machine = virtualMachine();
    const session = startDtrace(
      machine,
      [
        '-qx',
        'switchrate=100hz',
        '-n',
        'BEGIN { start = timestamp; } tick-500ms { trace((timestamp - start) / 1000000); }',
      ],
      {},
      { compileDelayMs: 1500 },
    );
    machine.clock.advance(499);
    expect(session.stdout).toBe('');
    machine.clock.advance(20);
    expect(session.stdout).toBe('500');
  });

  test.each([
    ['tick-10ms', 100],
    ['tick-2s', 0.5],
    ['tick-2sec', 0.5],
    ['tick-100', 100],
    ['tick-100hz', 100],
    ['profile-10ms', 400],
  ])('%s fires %d times a second', (name, times) => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qn', `${name} { @ = count(); } tick-2s { exit(0); }`]);
    machine.clock.advance(4000);
    const count = Number(session.stdout.trim());
    expect(Math.abs(count - times * 2)).toBeLessThanOrEqual(name.startsWith('profile') ? 4 : 1);
  });

  test('a tick is no thread of any process', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qn', 'tick-1s { printf("%d %s", pid, execname); }']);
    machine.clock.advance(1000);
    expect(session.stdout).toBe('0 sched');
  });
});

describe('an end', () => {
  const PROGRAM = 'BEGIN { trace("b"); } up-apply { @ = count(); } END { trace("e"); }';

  test.each(['INT', 'TERM'] as const)(
    'by SIG%s prints a newline, runs END, prints another and the rest',
    async (name) => {
      const machine = virtualMachine();
      const session = startDtrace(machine, ['-qZn', PROGRAM]);
      machine.fire(101, 'up-apply');
      session.run.signal(name);
      expect(session.stdout).toBe(`b\ne\n ${'1'.padStart(16)}\n`);
      expect(await session.settle()).toBe(0);
    },
  );

  test.each([
    ['HUP', 129],
    ['KILL', 137],
    ['PIPE', 141],
  ] as const)('by SIG%s prints nothing more', async (name, status) => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qZn', PROGRAM]);
    machine.fire(101, 'up-apply');
    session.run.signal(name);
    machine.clock.advance(5000);
    expect(session.stdout).toBe('b');
    expect(await session.settle()).toBe(status);
  });

  test('by a signal before BEGIN is that of a command that handles none', async () => {
    const machine = virtualMachine();
    let printed = '';
    const run = dtrace(
      ['-qn', 'BEGIN { trace(1); }'],
      machine,
      {
        stdout: (text) => {
          printed += text;
        },
        stderr: () => {},
        readFile: () => '',
        appendFile: () => {},
      },
      { compileDelayMs: 1000 },
    );
    machine.clock.advance(500);
    run.signal('TERM');
    machine.clock.advance(5000);
    expect(await run.done).toBe(143);
    expect(printed).toBe('');
  });

  test('by exit() runs END, not the clauses after it, and gives the status modulo 256', async () => {
    const session = startDtrace(virtualMachine(), [
      '-qn',
      'BEGIN { exit(259); trace("same "); } BEGIN { trace("next "); } END { trace("end"); }',
    ]);
    expect(session.stdout).toBe('same end\n');
    expect(await session.settle()).toBe(3);
  });

  test('of the process ends a -p run, and a second -p of it is refused', async () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-apply');
    const session = startDtrace(machine, ['-p', '101', '-n', 'up-apply /pid == $target/ { @ = count(); }']);
    const second = startDtrace(machine, ['-p', '101', '-n', 'BEGIN { trace(1); }']);
    expect(second.stderr).toBe('dtrace: failed to grab pid 101: process is traced\n');
    expect(await second.settle()).toBe(1);
    machine.fire(101, 'up-apply');
    machine.removeProcess(101);
    expect(session.stderr).toContain('dtrace: pid 101 has exited\n');
    expect(session.stdout.trim()).toBe('1');
    expect(await session.settle()).toBe(0);
    expect(startDtrace(machine, ['-p', '77', '-n', 'BEGIN']).stderr).toBe(
      'dtrace: failed to grab pid 77: no such process\n',
    );
  });

  test('leaves nothing behind: no timer runs and no probe is listened to', () => {
    const machine = virtualMachine();
    let listening = 0;
    const counted = {
      ...machine,
      onFiring: (listener: Parameters<typeof machine.onFiring>[0]): (() => void) => {
        listening++;
        const stop = machine.onFiring(listener);
        return () => {
          listening--;
          stop();
        };
      },
    };
    const session = startDtrace(counted, ['-qZn', 'up-apply { trace(1); } tick-1s { trace(2); }']);
    expect(listening).toBe(1);
    session.run.signal('INT');
    expect(listening).toBe(0);
    const { stdout } = session;
    machine.clock.advance(10_000);
    expect(session.stdout).toBe(stdout);
  });
});
