import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { takeOutMessages } from '../../src/parse/dtrace-messages.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';
import { inventedCell } from './invention.ts';
import { mutated, mutations, SAMPLES } from './mutations.ts';

/** CPU time of one reading at most; a text of some kilobytes takes a few milliseconds. */
const LONGEST_MS = 2000;

/**
 * Changes so many outputs and reads each with one probe, as a paste and as what a sled printed: nothing throws, nothing
 * takes long, and no cell of a row is invented. `seed` makes a run again.
 */
export function fuzzReadings(runs: number, seed: number): void {
  const settings = fc.constantFrom({ totals: false, older: false }, { totals: false, older: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      mutations,
      fc.constantFrom(...PROBES.map(({ name }) => name)),
      settings,
      (sample, changes, name, how) => {
        const probe: ProbeSpec = PROBES.find((each) => each.name === name) ?? PROBES[0];
        const raw = mutated(sample, changes);
        const before = process.cpuUsage();
        const text = plainText(raw);
        const pasted = readPasted(probe, text, how);
        const visited = probe.read(
          { stdout: raw, stderr: '', exitStatus: 0, signalName: null },
          { seconds: 3, interval: 1, pid: null, volume: null, totals: false, rates: false },
        );
        const { user } = process.cpuUsage(before);
        // The halves of a line between which dtrace said something are one word again.
        const whole = `${raw}\n${text}\n${takeOutMessages(raw).rest}\n${takeOutMessages(text).rest}`;
        assert.ok(user / 1000 < LONGEST_MS, `${user / 1000} ms`);
        assert.equal(inventedCell(pasted.rows, whole), null);
        assert.equal(
          inventedCell(
            (pasted.distributions ?? []).map(({ keys }) => keys),
            whole,
          ),
          null,
        );
        if (visited.status === 'answer') assert.equal(inventedCell(visited.rows, whole), null);
      },
    ),
    { numRuns: runs, seed },
  );
}
