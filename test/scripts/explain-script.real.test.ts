import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSledExplanation } from '../../src/facts/sled-explanation.ts';
import { pairsOf, placesOf } from '../support/programs.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/explain.sh', import.meta.url));
const ZONE = 'oxz_crucible_e0e0e0e0-0000-4000-8000-000000000006';
const REGION = 'b0b0b0b0-0000-4000-8000-000000000002';
const SHORT = 'b1b1b1b1-0000-4000-8000-000000000003';
const GONE = 'b2b2b2b2-0000-4000-8000-000000000004';
const STUCK = 'b3b3b3b3-0000-4000-8000-000000000005';

/** The commands of a sled. A log of 20 lines without an end of line, one of two, none, and one that is never read. */
const SLED: Readonly<Record<string, string>> = {
  dtrace: `case "$*" in
*' -l '*)
  [ "$*" = '-Z -l -n slog*:::' ] || exit 9
  printf '   ID   PROVIDER            MODULE                          FUNCTION NAME\\n'
  printf '%s propolis-server x info\\n' '84104 slog688' '84105 slog688' '84106 slog6881' '84107 slog1700' '84108 slog68'
  ;;
*) printf '\\nslog=%s client=1 session=- level=WARN message=connect timeout\\nslog_ended messages=1 connections=1\\n' "$*" ;;
esac`,
  zlogin: `[ "$1 $2 $3 $4" = '${ZONE} tail -c 16384' ] || exit 9
case $5 in
/var/svc/log/oxide-crucible-downstairs:downstairs-${REGION}.log)
  n=1
  while [ $n -lt 20 ]; do
    printf 'line  %s of the log\\n' $n
    n=$((n + 1))
  done
  printf 'the last one has no end'
  ;;
*${SHORT}.log) printf 'one\\n\\n%0500d\\n' 7 ;;
*${STUCK}.log) exec /bin/sleep 2 ;;
*) exit 1 ;;
esac`,
  // The time that a log may take is over at once.
  sleep: 'exec /bin/sleep 0.2',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-explain-script-'));
  for (const [name, script] of Object.entries(SLED)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const AWKS = placesOf(['mawk', 'gawk', 'original-awk']);
const SHELLS = [...placesOf(['sh', 'dash', 'ksh93', 'bash']).keys()];

describe.each(pairsOf(SHELLS, [...AWKS.keys()]))('explain.sh in %s with %s', (shell, awk) => {
  it('gives the end of each log, and what slog.d hears of the processes', () => {
    const path = mkdtempSync(join(folder, 'awk-'));
    symlinkSync(AWKS.get(awk) ?? '', join(path, 'awk'));
    // The sleep of ksh93 is its own, and takes its time.
    const stuck = shell === 'ksh93' ? [] : [STUCK];
    const words = [
      '25',
      ...[REGION, SHORT, GONE, ...stuck].map((region) => `${ZONE}/${region}`),
      '688',
      '700',
    ];
    const { stdout, stderr, status } = spawnSync(shell, [SCRIPT, ...words], {
      env: { PATH: `${path}:${folder}:/usr/bin:/bin` },
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/slog=-Z -s \S*slog\.d 25 688 700 0 0 client=1/);
    const { logs, probes, slog, isWhole } = readSledExplanation(stdout);
    expect([[...probes], slog.isEnded, isWhole]).toEqual([
      [
        [688, 2],
        [700, 0],
      ],
      true,
      true,
    ]);
    expect(Object.fromEntries(logs)).toEqual({
      [`${ZONE}/${REGION}`]: {
        lines: [
          ...Array.from({ length: 11 }, (_, n) => `line  ${n + 9} of the log`),
          'the last one has no end',
        ],
      },
      [`${ZONE}/${SHORT}`]: { lines: ['one', '0'.repeat(400)] },
      [`${ZONE}/${GONE}`]: { unread: 'tail in its zone ended with status 1' },
      ...Object.fromEntries(
        stuck.map((region) => [`${ZONE}/${region}`, { unread: 'its zone did not give it in 5 s' }]),
      ),
    });
  });
});
