import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isLong } from '../support/sized.ts';
import { withRack } from '../support/rack.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const MINUTES = 60;

/** Eight sleds whose disks fall ill and whose VMs move, in real time. */
const rack = withRack({
  sledsPerRack: 8,
  propolisPerSled: 4,
  seed: 8,
  ioRate: 0,
  hasLife: true,
  time: 'real',
});

/** test/watch/size.test.ts counts in seconds what is kept; this is what the system says of the process. */
it.skipIf(!isLong)(
  `an hour's watch of the built program does not grow in memory, and takes a small part of one CPU`,
  async () => {
    const argv = [BIN, 'watch', '-i', rack.inventory, '-o', 'ndjson', '--program', '60s'];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    let events = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (events += text.split('\n').length - 1));
    const resident: number[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      await pause(60_000);
      const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
      resident.push(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024);
    }
    const ticks = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    const seconds = (Number(ticks[11]) + Number(ticks[12])) / 100;
    child.kill('SIGINT');
    // 3 where a VM is just ending or a disk is just out of sight: the rack lives.
    expect([0, 3]).toContain((await once(child, 'exit'))[0]);
    expect(events).toBeGreaterThan(MINUTES);
    const mean = (part: readonly number[]) => part.reduce((sum, mb) => sum + mb, 0) / part.length;
    const quarter = Math.ceil(MINUTES / 4);
    const [early, late] = [mean(resident.slice(quarter, 2 * quarter)), mean(resident.slice(-quarter))];
    expect(late, `MB by the minute: ${resident.map(Math.round).join(' ')}`).toBeLessThan(early * 1.1);
    expect(seconds / (MINUTES * 60)).toBeLessThan(0.1);
  },
  2 * 3_600_000,
);
