import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/cli/place/impact-subject.ts';
import { createFactBase } from '../../src/facts/fact-base.ts';
import type { FactOf } from '../../src/facts/fact.ts';
import { run } from '../support/run-program.ts';

/** No sled is visited here. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-impact-'));
  const sled = (cubby: number) =>
    `      - { serial: BRM4222000${cubby}, cubby: ${cubby}, host: 127.0.0.${cubby + 1}, port: 9 }`;
  const sleds = [0, 1, 2].map(sled).join('\n');
  writeFileSync(join(folder, 'inventory.yaml'), `version: 1\nracks:\n  - id: 3\n    sleds:\n${sleds}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['impact', '3/31', '3/31: matches no sled; there are 3/[0-2]'],
  ['impact', '3/*', '3/* is 3 sleds (3/[0-2]): name one'],
  ['impact', '3/1 --sled 2', '3/1 is not among the selected sleds'],
  ['impact', '--disk A0793', 'name the sled too'],
  ['impact', '3/1 --disk A --pool B', '--disk and --pool: give one of them'],
  ['impact', '3/1 --columns verdict', "there is no column 'verdict'"],
  ['wait', '--for;impact 3/1', "write impact, a sled and safe, as in 'impact 3/17 safe'"],
  ['wait', '--for;impact 3/31 safe', '3/31: matches no sled'],
  ['wait', '--for;impact 3/1 safe;--sled;2', '3/1 is not among the selected sleds'],
])('%s %s', (command, words, message) => {
  it('is refused before a sled is visited', async () => {
    const argv = words.split(words.includes(';') ? ';' : ' ');
    const env = { XDG_STATE_HOME: join(folder, 'state') };
    const { status, stderr } = await run([command, ...argv, '-i', join(folder, 'inventory.yaml')], { env });
    expect([status, stderr]).toEqual([64, expect.stringContaining(message)]);
  });
});

describe('a disk or pool of a sled', () => {
  const POOL = 'a0a0a0a0-0000-4000-8000-000000000001';
  const OTHER = 'b0b0b0b0-0000-4000-8000-000000000002';
  const SLED = { id: '3/A', rack: '3', name: 'A', serial: 'A', cubby: 17, labels: {}, host: '-' };
  const pool = (sled: string, id: string, serial: string | null): FactOf<'own_pool'> => ({
    kind: 'own_pool',
    pool: id,
    sled,
    health: null,
    size: null,
    allocated: null,
    device: null,
    serial,
  });
  const base = createFactBase([
    {
      source: 'live-sled',
      label: '3/A',
      asOf: 0,
      isFileTime: false,
      isNow: true,
      issues: [],
      facts: [pool('3/A', POOL, 'A0793CAFE'), pool('3/B', OTHER, 'A1111111')],
    },
  ]);
  const named = (options: { readonly disk?: string; readonly pool?: string }) =>
    subjectOf(SLED, options, base, true);

  it('is named by its serial, its id, the beginning of that, or the name of the pool', () => {
    const words = [{ disk: 'a0793cafe' }, { pool: POOL }, { pool: 'a0a0' }, { pool: `oxp_${POOL}` }];
    for (const each of words) expect(named(each).pools).toEqual(new Set([POOL]));
    expect(named({ disk: 'A0793CAFE' }).text).toBe('disk A0793CAFE of 3/17');
  });

  it.each([
    [{ disk: 'A0793CAFF' }, '--disk A0793CAFF: 3/17 has no such disk with a pool; did you mean A0793CAFE?'],
    [{ disk: 'zz' }, 'it has A0793CAFE'],
    [{ disk: 'A1111111' }, 'it is in 3/B'],
    [{ pool: OTHER }, `--pool ${OTHER}: 3/17 has no such pool; it is in 3/B`],
    [{ pool: 'web' }, '--pool web: 3/17 has no such pool; it has'],
    [{ pool: '' }, '3/17 has no such pool'],
  ])('that nobody knows is refused: %j', (options, message) => {
    expect(() => named(options)).toThrow(message);
  });
});
