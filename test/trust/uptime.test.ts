import { execFileSync } from 'node:child_process';
import { uptime } from 'node:os';
import { expect, it } from 'vitest';
import { parseElapsed } from '../../src/parse/elapsed-time.ts';
import { UPTIME_SCRIPT } from '../../src/trust/uptime.ts';

it.each([
  ['      00:07\n', 7],
  ['      59:59', 3599],
  ['   02:13:05\n', 8 * 1000 - 15],
  [' 12-01:00:00\n', 12 * 86_400 + 3600],
  ['200-23:59:59', 201 * 86_400 - 1],
])('reads %j of ps', (text, seconds) => {
  expect(parseElapsed(text)).toBe(seconds);
});

it.each(['', '-\n', 'ELAPSED\n 00:07\n', '7', '1:2:3:4'])('takes %j for no time', (text) => {
  expect(parseElapsed(text)).toBeNull();
});

it('is answered by the ps of this machine', () => {
  const seconds = parseElapsed(execFileSync('sh', ['-c', UPTIME_SCRIPT], { encoding: 'utf8' }));
  expect(seconds).not.toBeNull();
  // In a container the first process is younger than the machine.
  expect(seconds!).toBeLessThanOrEqual(uptime() + 60);
});
