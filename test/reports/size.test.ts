import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readReport } from '../../src/reports/read-report.ts';
import { openUnion } from '../../src/reports/union.ts';
import { makeSled } from '../support/sleds.ts';
import { answered, report, stateRow } from '../support/reports.ts';
import { isLong, sized } from '../support/sized.ts';
import { jsonText } from './support/merged.ts';

const REPORTS = sized(4, 100);
const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-merge-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The report of a shard of some racks: some 1 MB. */
function shard(index: number): string {
  const outcomes = Array.from({ length: 32 }, (_, cubby) => {
    const serial = `BRM4${String(index).padStart(3, '0')}00${String(cubby).padStart(2, '0')}`;
    const sled = makeSled(cubby, { id: `${index}/${serial}`, rack: String(index), name: serial, serial });
    const rows = Array.from({ length: 75 }, (__, n) =>
      stateRow((index * 32 + cubby) * 75 + n, ['active', 'active', 'active'], 'ok'),
    );
    return answered(cubby, rows, { sled });
  });
  const run = { id: `run${index}`, shard: { index, count: REPORTS }, selectedInAll: 32 * REPORTS };
  return jsonText(report(outcomes, { run, selection: `all sleds, shard ${index}/${REPORTS}` }));
}

describe('many reports', () => {
  it('are put together one after another', () => {
    const union = openUnion();
    for (let index = 1; index <= 4; index++) {
      union.add(readReport(shard(index), `${index}.json`));
      expect(union.result().outcomes).toHaveLength(32 * index);
    }
  });

  it.runIf(isLong)(
    'of 1 MB each, a hundred, take less than 300 MB of memory',
    { timeout: 120_000 },
    async () => {
      for (let index = 1; index <= REPORTS; index++)
        writeFileSync(join(folder, `${index}.json`), shard(index));
      expect(statSync(join(folder, '1.json')).size).toBeGreaterThan(900_000);
      const program = new URL('../../bin/cruc-fleet.js', import.meta.url).pathname;
      const watch = `process.on('exit', () => process.stderr.write('rss ' + process.resourceUsage().maxRSS))`;
      const child = spawn(
        process.execPath,
        [
          '--import',
          `data:text/javascript,${encodeURIComponent(watch)}`,
          program,
          'merge',
          '*.json',
          '-o',
          'json',
        ],
        { cwd: folder, stdio: ['ignore', openSync(join(folder, 'all'), 'w'), 'pipe'] },
      );
      let said = '';
      child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
      const status = await new Promise((resolve) => child.on('close', resolve));
      expect({ status, said: said.replace(/\d+$/, '') }).toEqual({ status: 0, said: 'rss ' });
      expect(statSync(join(folder, 'all')).size).toBeGreaterThan(REPORTS * 900_000);
      expect(Number(/rss (\d+)/.exec(said)?.[1]) / 1024).toBeLessThan(300);
    },
  );
});
