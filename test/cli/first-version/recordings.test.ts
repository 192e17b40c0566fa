import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differences } from '../../support/differences.ts';
import { schemaErrors } from '../../support/report-schema.ts';
import { run } from '../../support/run-program.ts';
import { firstVersion, jsonOf } from './first-version.ts';

const RECORDINGS = firstVersion('recordings');
const PASTED = firstVersion('pasted');

/** Folders that `--record` of 0.1.0 has written. */
const recorded = readdirSync(RECORDINGS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe('a recording of 0.1.0', () => {
  it('is there of each command that made one, each probe, your own script, and one that was interrupted', () => {
    expect(recorded).toHaveLength(30);
  });

  it.each(recorded)('of %s gives the report that 0.1.0 gave of it', async (name) => {
    const argv = ['replay', name, '-o', 'json', ...ungrouped(name)];
    const { status, stdout } = await run(argv, { cwd: RECORDINGS });
    const before = jsonOf(RECORDINGS, `${name}.json`);
    const after = withoutGroups(JSON.parse(stdout));
    expect(differences(before, after)).toEqual([]);
    expect(schemaErrors(before)).toEqual([]);
    expect(status).toBe(STATUSES[name] ?? 0);
  });

  it('of latencies is grouped and compared as it was', async () => {
    const argv = ['replay', 'perf-vol', '--by', 'sled', '--compare', '-o', 'json'];
    const { stdout } = await run(argv, { cwd: RECORDINGS });
    expect(differences(jsonOf(RECORDINGS, 'perf-vol.by-sled.json'), JSON.parse(stdout))).toEqual([]);
  });
});

/** 0.1.0 kept nothing apart but what is measured: what is a default by now is asked for. */
function ungrouped(name: string): readonly string[] {
  return ['perf-downstairs-os', 'perf-ds-client', 'perf-ds-net', 'perf-vol'].includes(name)
    ? ['--by', 'type']
    : [];
}

/** That `type` was asked for is all that differs. */
function withoutGroups(report: { readonly distributions?: { readonly by: readonly string[] } }) {
  const { distributions } = report;
  if (distributions === undefined || !distributions.by.includes('type')) return report;
  return { ...report, distributions: { ...distributions, by: [] } };
}

/** Exit statuses other than 0. */
const STATUSES: Readonly<Record<string, number>> = {
  'ds-state': 3,
  exec: 1,
  interrupted: 130,
  'perf-vol': 3,
  push: 3,
  upstairs_info: 3,
};

describe('what a script of 0.1.0 printed by hand', () => {
  const pasted = readdirSync(PASTED).filter((name) => name.endsWith('.txt'));

  it.each(pasted)('%s is read as 0.1.0 read it', async (file) => {
    const before = jsonOf(PASTED, file.replace(/txt$/, 'json'));
    const probe = String(before['probe']);
    const words = ['parse', probe, '--sled', '3/BRM42220000', `pasted/${file}`, '-o', 'json'];
    const argv = [...words, ...ungrouped(probe)];
    const now = () => new Date(String(before['started_at']));
    const { status, stdout } = await run(argv, { cwd: firstVersion('.'), now });
    expect(differences(before, withoutGroups(JSON.parse(stdout)))).toEqual([]);
    expect(status).toBe(0);
  });

  it('is there', () => {
    expect(pasted.length).toBeGreaterThan(8);
    for (const file of pasted) expect(readFileSync(`${PASTED}/${file}`, 'utf8')).not.toBe('');
  });
});
