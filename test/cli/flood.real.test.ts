import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { placesOf } from '../support/programs.ts';
import { withRack } from '../support/rack.ts';
import { isLong, sized } from '../support/sized.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const SLEDS = sized(2, 32);
const FLOOD_BYTES = 7_900_000;

/** What the program may take at most, however many sleds flood it. */
const MOST_MEGABYTES = 300;

/** Sleds whose awk prints lines of one letter instead of rows, where there is a file `flood`. */
const rack = withRack({ sledsPerRack: SLEDS, propolisPerSled: 4, seed: 3, isWarm: true }, () => {
  const awk = [...placesOf(['mawk', 'gawk', 'original-awk', 'awk']).values()][0];
  const flood = join(rack.folder, 'flood');
  writeFileSync(flood, 'a\n'.repeat(FLOOD_BYTES / 2));
  writeFileSync(
    join(rack.simulation.rootDir, 'bin', 'nawk'),
    `#!/bin/sh\n[ -f "\${0%/bin/*}/flood" ] && exec cat ${flood}\nexec ${awk} "$@"\n`,
    { mode: 0o755 },
  );
  writeFileSync(
    join(rack.folder, 'peak.mjs'),
    `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));\n`,
  );
});

interface Report {
  readonly sleds: readonly { readonly sled: string; readonly status: string; readonly issues?: object[] }[];
  readonly rows: readonly { readonly sled: string }[];
}

/** The report of ds-state while so many sleds flood, and the most memory that it took. */
async function ask(floods: number): Promise<{ readonly report: Report; readonly megabytes: number }> {
  const { rootDir } = rack.simulation;
  const sleds = readdirSync(rootDir).filter((name) => name.startsWith('BRM'));
  for (const [n, sled] of sleds.toSorted().entries()) {
    if (n < floods) writeFileSync(join(rootDir, sled, 'flood'), '');
    else rmSync(join(rootDir, sled, 'flood'), { force: true });
  }
  const peak = join(rack.folder, 'peak');
  const env = { ...process.env, PEAK_FILE: peak };
  const argv = ['--import', pathToFileURL(join(rack.folder, 'peak.mjs')).href, BIN, 'ds-state', '-w', '2s'];
  const child = spawn(process.execPath, [...argv, '-o', 'json', '-i', rack.inventory], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await once(child, 'close');
  return { report: JSON.parse(stdout), megabytes: Number(readFileSync(peak, 'utf8')) / 1024 };
}

describe('sleds that print millions of lines', () => {
  it.each(isLong ? [1, 3, SLEDS - 1] : [SLEDS - 1])(
    '%s of them cost no other sled its answer, and little memory',
    async (floods) => {
      const { report: calm } = await ask(0);
      expect(calm.rows.length).toBeGreaterThan(SLEDS);
      const { report, megabytes } = await ask(floods);
      expect(megabytes).toBeLessThan(MOST_MEGABYTES);
      expect(report.sleds).toHaveLength(SLEDS);
      // A sled that floods is never whole: what it sent is an issue, or it has failed.
      const flooding = report.sleds
        .filter(({ status, issues = [] }) => status === 'failed' || issues.length > 0)
        .map(({ sled }) => sled);
      expect(flooding).toHaveLength(floods);
      const others = (rows: Report['rows']) => rows.filter(({ sled }) => !flooding.includes(sled)).length;
      expect(others(report.rows)).toBe(others(calm.rows));
    },
  );
});
