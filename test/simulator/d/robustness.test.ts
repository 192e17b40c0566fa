import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startDtrace, virtualMachine } from './virtual-machine.ts';
import { runs } from '../../support/sized.ts';

const SCRIPT = `#pragma D option quiet
inline string brief[string s] = s == "Active" ? "ACT" : s;
int seen[string];
BEGIN { show = 21; printf("%5s\\n", "PID"); }
crucible_upstairs*:::up-status
/arg0 != 0 && pid > 0/
{
    this->j = copyinstr(arg1);
    this->v = json(this->j, "ok.ds_state[0]");
    if (this->v != NULL) { seen[this->v]++; } else { printf("none %d", 8 / 2); }
    printf("%-6d %s\\n", pid, brief[this->v]);
    @q[pid, probename] = quantize(timestamp - start);
    start = timestamp;
}
tick-1s { printa("%d %s %@d\\n", @q); clear(@q); }
tick-3s { exit(0); }
`.replace('BEGIN {', 'BEGIN { start = timestamp;');

/** Runs a script to its end, whatever it is, and gives the exit status. */
async function outcome(script: string): Promise<number | null> {
  const machine = virtualMachine();
  const session = startDtrace(machine, ['-Zs', 'x.d'], { 'x.d': script });
  machine.fire(101, 'up-status', ['stats', '{"ok":{"ds_state":["Active"]}}']);
  machine.clock.advance(1000);
  machine.fire(101, 'up-status', ['stats', '{"ok":{"ds_state":["Act']);
  session.run.signal('INT');
  return session.settle();
}

test('the script that is broken below is right', async () => {
  expect(await outcome(SCRIPT)).toBe(0);
});

test('a script with something cut out, doubled or replaced either runs or is refused', async () => {
  const place = fc.nat(SCRIPT.length);
  const insert = fc.constantFrom(
    '',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '/',
    '/*',
    ';',
    '@',
    '$1',
    '->',
    '0',
    'if (1)',
    '%s',
    '\n',
    '#',
    'NULL',
    '=',
    '::::',
  );
  await fc.assert(
    fc.asyncProperty(place, fc.nat(12), insert, async (at, length, text) => {
      const broken = SCRIPT.slice(0, at) + text + SCRIPT.slice(at + length);
      expect([0, 1]).toContain(await outcome(broken));
    }),
    runs(300, 20_000),
  );
});
