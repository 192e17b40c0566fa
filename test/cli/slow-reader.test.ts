import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { printReport } from '../../src/cli/options/output-options.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import { createTerminal } from '../../src/term/terminal.ts';
import { answered, report, stateRow } from '../support/reports.ts';

/** A reader that takes a piece at a time, and how much waited for it at most. */
function slowReader() {
  let most = 0;
  let taken = 0;
  const stream = new Writable({
    highWaterMark: 16 * 1024,
    write(chunk: Buffer, _encoding, done) {
      most = Math.max(most, stream.writableLength);
      taken += chunk.length;
      setImmediate(done);
    },
  });
  return { stream: stream as unknown as NodeJS.WriteStream, most: () => most, taken: () => taken };
}

describe('a report for a reader that is slow', () => {
  it.each(['json', 'ndjson', 'csv'])('is not held in memory as %s', async (output) => {
    const reader = slowReader();
    const ends = { readerGone: () => {}, failed: () => {} };
    const terminal = createTerminal(reader.stream, slowReader().stream, {}, ends);
    const rows = Array.from({ length: 3000 }, (_, n) => stateRow(n, ['active', 'active', 'active'], 'ok'));
    const given = { output, headers: true, quiet: true };
    await printReport(report([answered(1, rows)]), given, { terminal } as unknown as Surroundings);
    expect(reader.taken()).toBeGreaterThan(300_000);
    expect(reader.most()).toBeLessThan(200_000);
  });
});
