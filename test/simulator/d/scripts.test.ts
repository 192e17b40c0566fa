import { describe, expect, test } from 'vitest';
import { startDtrace, virtualMachine, type VirtualMachine } from './virtual-machine.ts';

const RECORD = {
  upstairs_id: '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22',
  session_id: 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1',
  up_count: 35,
  up_counters: { apply: 2_342_920_000, action_guest: 353_320_000 },
  next_job_id: 353_320_000,
  ds_state: ['LiveRepairReady', 'Active', 'Faulted'],
  ds_io_count: { in_progress: [2410, 2411, 2412] },
  ds_live_repair_completed: [1, 2, 3],
  ds_connected: [1, 1, 2],
};

function status(machine: VirtualMachine, change: object = {}): void {
  machine.fire(101, 'up-status', ['stats', JSON.stringify({ ok: { ...RECORD, ...change } })]);
}

describe("scripts in the style of Crucible's", () => {
  test('one row of states for each firing, mapped by a chain of conditions', async () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'up-status');
    const session = startDtrace(machine, ['-s', 'states.d'], {
      'states.d': `#!/usr/sbin/dtrace -s
/*
 * States of the downstairs.
 */
#pragma D option quiet
#pragma D option strsize=2k

inline string brief[string state] =
    state == "Active" ? "ACT" :
    state == "LiveRepairReady" ? "LRR" :
    state == "Faulted" ? "FLT" :
    state;

crucible_upstairs*:::up-status
{
    my_id = json(copyinstr(arg1), "ok.upstairs_id");
    my_session = json(copyinstr(arg1), "ok.session_id");
    printf("%6d %8s %8s %3s %3s %3s\\n", pid, substr(my_id, 0, 8), substr(my_session, 0, 8),
        brief[json(copyinstr(arg1), "ok.ds_state[0]")],
        brief[json(copyinstr(arg1), "ok.ds_state[1]")],
        brief[json(copyinstr(arg1), "ok.ds_state[2]")]);
}

tick-5s
{
    exit(0);
}
`,
    });
    status(machine);
    machine.clock.advance(1000);
    status(machine, { ds_state: ['Active', 'Active', 'Odd'] });
    machine.clock.advance(5000);
    expect(session.stdout).toBe(
      '   101 3f2b1c9e c0b92059 LRR ACT FLT\n   101 3f2b1c9e c0b92059 ACT ACT Odd\n\n',
    );
    expect(session.stderr).toBe('');
    expect(await session.settle()).toBe(0);
  });

  test('a header every so many rows, deltas by session, sums with strtoll', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-Zs', 'info.d'], {
      'info.d': `#pragma D option quiet
#pragma D option strsize=2k
dtrace:::BEGIN
{
    show = 2;
    last_id["c0b92059"] = (int64_t) 0;
    printf("%5s %8s %10s %6s %4s\\n", "PID", "SESSION", "NEXT_JOB", "DELTA", "CONN");
}
crucible_upstairs*:::up-status
/show > 1 && pid > 0 | $target == pid/
{
    show = 0;
}
crucible_upstairs*:::up-status
{
    show = show + 1;
    this->ds = json(copyinstr(arg1), "ok");
    session_id = json(this->ds, "session_id");
    this->session = substr(session_id, 0, 8);
    this->next = strtoll(json(this->ds, "next_job_id"));
    if (last_id[this->session] == 0) {
        this->delta = (int64_t) 0;
    } else {
        this->delta = this->next - last_id[this->session];
    }
    last_id[this->session] = this->next;
    this->conn = strtoll(json(this->ds, "ds_connected[0]")) + strtoll(json(this->ds, "ds_connected[1]")) +
        strtoll(json(this->ds, "ds_connected[2]"));
    printf("%5d %8s %10s %6d %4d", pid, this->session, json(this->ds, "next_job_id"), this->delta, this->conn);
    printf("\\n");
}
`,
    });
    status(machine);
    status(machine, { next_job_id: 353_320_042 });
    machine.clock.advance(1000);
    expect(session.stderr).toBe('');
    expect(session.stdout).toBe(
      '  PID  SESSION   NEXT_JOB  DELTA CONN\n' +
        '  101 c0b92059  353320000      0    4\n' +
        '  101 c0b92059  353320042     42    4\n',
    );
  });

  test('a field that strsize cuts, or that an older record lacks, loses the row with an error line', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, [
      '-qZn',
      'up-status { printf("%s\\n", json(copyinstr(arg1), "ok.ds_state[0]")); }',
    ]);
    machine.fire(101, 'up-status', ['stats', JSON.stringify({ ok: { pad: 'x'.repeat(250), ...RECORD } })]);
    machine.clock.advance(1000);
    expect(session.stdout).toBe('');
    expect(session.stderr).toMatch(/up-status\): invalid address \(0x0\) in action #1\n$/);
  });

  test('latency by the kind that the probe name holds, printed at the interrupt', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-Zs', 'latency.d'], {
      'latency.d': `
crucible_upstairs*:::gw-*-start { start[arg0] = timestamp; }
crucible_upstairs*:::gw-*-done
/start[arg0]/
{
    strtok(probename, "-");
    this->cmd = strtok(NULL, "-");
    @time[this->cmd] = quantize(timestamp - start[arg0]);
    start[arg0] = 0;
}`,
    });
    for (let job = 1000; job < 1003; job++) {
      machine.fire(101, 'gw-write-start', [job]);
      machine.clock.advance(1);
      machine.fire(101, 'gw-write-done', [job]);
      machine.fire(101, 'gw-write-done', [job]);
    }
    session.run.signal('INT');
    expect(session.stdout).toBe(
      [
        '',
        '',
        `  ${'write'.padEnd(50)}`,
        '           value  ------------- Distribution ------------- count    ',
        '          262144 |                                         0        ',
        '          524288 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 3        ',
        '         1048576 |                                         0        ',
        '',
        '',
      ].join('\n'),
    );
  });

  test('counters in one row by a joined printa, cleared each time, with a header by count of rows', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-Zs', 'count.d', '101'], {
      'count.d': `#pragma D option quiet
dtrace:::BEGIN { show = 21; }
crucible_upstairs$1:::gw-flush-start { @flush_start = count(); }
crucible_upstairs$1:::gw-flush-done { @flush_done = count(); }
crucible_upstairs$1:::gw-write-start, crucible_upstairs$1:::gw-write-unwritten-start { @write_start = count(); }
tick-1s /show > 20/ { printf("%5s %5s %5s\\n", "F>", "F<", "W>"); show = 0; }
tick-1s { printa("%@5u %@5u %@5u\\n", @flush_start, @flush_done, @write_start);
    clear(@flush_start); clear(@flush_done); clear(@write_start); show = show + 1; }
`,
    });
    machine.clock.advance(1000);
    machine.fire(101, 'gw-flush-start', [1]);
    machine.fire(101, 'gw-write-unwritten-start', [2]);
    machine.fire(101, 'gw-write-start', [3]);
    machine.clock.advance(2000);
    expect(session.stderr).toBe('');
    expect(session.stdout).toBe('   F>    F<    W>\n    1     0     2\n    0     0     0\n');
  });

  test('rows by pid keep the dead ones as zeros after clear', () => {
    const machine = virtualMachine([11, 12]);
    const session = startDtrace(machine, [
      '-qZn',
      'work-start { @s[pid] = count(); } work-done { @d[pid] = count(); } tick-4s { printa("%05d %@5u %@5u\\n", @s, @d); clear(@s); clear(@d); }',
    ]);
    const on = { provider: 'crucible_downstairs' };
    machine.fire(12, 'work-start', [1], on);
    machine.fire(11, 'work-start', [1], on);
    machine.fire(11, 'work-start', [2], on);
    machine.fire(11, 'work-done', [2], on);
    machine.clock.advance(4000);
    machine.fire(12, 'work-done', [1], on);
    machine.clock.advance(4000);
    expect(session.stdout).toBe(
      '00012     1     0\n00011     2     1\n00011     0     0\n00012     0     1\n',
    );
  });

  test('volumes by the UUID inside a JSON text, not quiet, every 5 s', () => {
    const machine = virtualMachine();
    machine.addProbe(101, 'volume-write-start');
    machine.addProbe(101, 'volume-write-done');
    const session = startDtrace(machine, ['-s', 'vol.d'], {
      'vol.d': `crucible_upstairs*:::volume-*-start { start[arg0, json(copyinstr(arg1), "ok")] = timestamp; }
crucible_upstairs*:::volume-*-done
/start[arg0, json(copyinstr(arg1), "ok")]/
{
    this->uuid = json(copyinstr(arg1), "ok");
    @time[this->uuid, probename] = quantize(timestamp - start[arg0, this->uuid]);
    @n[this->uuid, probename] = count();
    start[arg0, this->uuid] = 0;
}
tick-5s { printa("%s %20s %@8d\\n%@d", @n, @time); }`,
    });
    expect(session.stderr).toBe("dtrace: script 'vol.d' matched 3 probes\n");
    machine.fire(101, 'volume-write-start', [1, '{"ok":"a416a597"}']);
    machine.clock.advance(1);
    machine.fire(101, 'volume-write-done', [1, '{"ok":"a416a597"}']);
    machine.clock.advance(5000);
    expect(session.stdout).toContain(
      ':tick-5s a416a597    volume-write-done        1\n\n           value  ---',
    );
    expect(session.stdout.endsWith('1048576 |                                         0        \n\n')).toBe(
      true,
    );
  });

  test('counters of guest jobs at END, with a line missing when neither has fired', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, [
      '-qZn',
      'gw-read-start { @rs = count(); } gw-read-done { @rd = count(); } gw-flush-start { @fs = count(); } END { printa(" read-start:%@d    read-done:%@d\\n", @rs, @rd); printa("flush-start:%@d\\n", @fs); }',
    ]);
    machine.fire(101, 'gw-read-start', [1]);
    session.run.signal('TERM');
    expect(session.stdout).toBe('\n read-start:1    read-done:0\n\n');
  });
});
