import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factOf, readFacts } from '../../src/doctor/sled-facts.ts';
import { placesOf } from '../support/programs.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/sleds.sh', import.meta.url));

const SHELLS = placesOf(['sh', 'dash', 'ksh93', 'bash']);

/** The commands of a sled, as illumos's print: its date knows no fractions. */
const SLED: Readonly<Record<string, string>> = {
  date: `case $2 in *%N*) echo 2026-11-28T02:00:00.N ;; *) echo 2026-11-28T02:00:00 ;; esac`,
  ksh93: 'exit 127',
  zonename: 'echo global',
  uname: 'case $1 in -v) echo helios-2.0.23003 ;; -n) echo BRM42220001 ;; esac',
  cut: `[ "$3" = /opt/oxide/crucible_utils/utils-info.txt ] && printf '%s\\n' 'crucible 6d037cb' 'more'`,
  ps: `case $* in
*etime*) echo ' 12-04:05:06' ;;
*) cat <<'END'
COMMAND
/sbin/init
/opt/oxide/propolis-server/bin/propolis-server run a b
/opt/oxide/propolis-server/bin/propolis-server run * b
/opt/oxide/crucible/bin/crucible-pantry run
/opt/oxide/crucible/bin/crucible-downstairs run --data /data/regions/1
/opt/oxide/crucible/bin/crucible-downstairs create
/opt/oxide/crucible/bin/crucible-agent run -D /opt/oxide/crucible/bin/crucible-downstairs
END
;; esac`,
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-sleds-script-'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, script] of Object.entries(SLED)) put('bin', name, script);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(bin: string, name: string, script: string): void {
  mkdirSync(join(folder, bin), { recursive: true });
  writeFileSync(join(folder, bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, bin, name), 0o755);
}

function ask(shell: string, home: string, first = 'bin') {
  const env = { PATH: `${join(folder, first)}:${join(folder, 'bin')}:/usr/bin:/bin`, HOME: home };
  const { stdout, stderr, status } = spawnSync(SHELLS.get(shell) ?? shell, [SCRIPT], {
    env,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return readFacts(stdout);
}

describe.each([...SHELLS.keys()])('sleds.sh in %s', (shell) => {
  it('answers every question in words, and writes nothing', () => {
    const home = join(folder, `home-${shell}`);
    mkdirSync(home);
    const at = '2026-11-28T02:00:00';
    expect(ask(shell, home)).toEqual([
      { ask: 'clock', at },
      { ask: 'identity', host: 'BRM42220001', zone: 'global' },
      { ask: 'uptime', text: '12-04:05:06' },
      { ask: 'helios', text: 'helios-2.0.23003' },
      { ask: 'crucible', text: 'crucible 6d037cb' },
      { ask: 'processes', propolis: '2', pantry: '1', downstairs: '1' },
      { ask: 'scripts', state: 'absent' },
      { ask: 'end', at },
    ]);
    expect(readdirSync(home)).toEqual([]);
  });

  it('says where the link of push leads, fractions of the clock where there are some, and nothing of a ps that fails', () => {
    const home = join(folder, `other-${shell}`);
    mkdirSync(join(home, '.cruc-fleet'), { recursive: true });
    const link = join(home, '.cruc-fleet', 'scripts');
    symlinkSync('0123456789abcdef', link);
    put(`odd-${shell}`, 'ps', 'exit 1');
    put(`odd-${shell}`, 'date', 'echo 2026-11-28T02:00:00.123456789');
    const facts = ask(shell, home, `odd-${shell}`);
    expect(factOf(facts, 'scripts')?.('set')).toBe('0123456789abcdef');
    expect(factOf(facts, 'clock')?.('at')).toBe('2026-11-28T02:00:00.123456789');
    expect(factOf(facts, 'processes')).toBeNull();
    rmSync(link);
    symlinkSync('/etc', link);
    expect(factOf(ask(shell, home), 'scripts')?.('set')).toBeNull();
    rmSync(link);
    mkdirSync(link);
    expect(factOf(ask(shell, home), 'scripts')?.('state')).toBe('foreign');
  });
});
