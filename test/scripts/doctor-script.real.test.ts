import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../src/doctor/sled-facts.ts';
import { pairsOf, placesOf } from '../support/programs.ts';
import { isLong } from '../support/sized.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/doctor.sh', import.meta.url));

/** A sled's shell is ksh93; whatever this machine has is tried, and every awk. */
const SHELLS = [...placesOf(['sh', 'dash', 'ksh93', 'bash']).keys()];
const AWKS = [...placesOf(['mawk', 'gawk', 'original-awk']).keys()];

/** The commands of a sled, as illumos's print. */
const SLED: Readonly<Record<string, string>> = {
  id: 'echo 1001',
  pfexec: 'shift; echo 0',
  zonename: 'echo global',
  uname:
    'case $1 in -s) echo SunOS ;; -r) echo 5.11 ;; -v) echo helios-2.0.23003 ;; -n) echo BRM42220001 ;; esac',
  ps: `cat <<'END'
  PID     ZONE COMMAND
    0   global sched
  652 oxz_propolis-server_041012bf-0000 /opt/oxide/propolis-server/bin/propolis-server run a b
  653 oxz_propolis-server_141012bf-0000 /opt/oxide/propolis-server/bin/propolis-server run a b
  700 oxz_crucible_pantry_961e21cf /opt/oxide/crucible/bin/crucible-pantry run
  800 oxz_crucible_1b1b /opt/oxide/crucible/bin/crucible-downstairs run
  900   global dtrace -Z -s upstairs-status.d 3
END`,
  // The long name of a device has a line of its own on some systems.
  df: `cat <<'END'
Filesystem           1024-blocks        Used   Available Capacity  Mounted on
rpool/a/very/long/name/of/a/file/system
                         1228800      228800     1000000    19%    /root
END`,
  dtrace: `case " $* " in
*' -V '*) echo 'dtrace: Sun D 1.13.1' ;;
*'crucible_upstairs*:::up-status '*) cat <<'END'
   ID   PROVIDER            MODULE                          FUNCTION NAME
84104 crucible_upstairs652 propolis-server _ZN8crucible8upstairs up-status
84105 crucible_upstairs652 propolis-server _ZN8crucible8upstairs2 up-status
84106 crucible_upstairs700 crucible-pantry _ZN8crucible8upstairs up-status
END
;;
*' -l '*) echo "dtrace: failed to match $3: No probe matches description" >&2; exit 1 ;;
*) echo works ;;
esac`,
};

let folder: string;
let home: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-doctor-script-'));
  home = join(folder, 'home');
  mkdirSync(home);
  for (const [name, script] of Object.entries(SLED)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function ask(shell: string, change: Readonly<Record<string, string>> = {}) {
  const env = { HOME: home, SHELL: '/usr/bin/bash', PATH: `${folder}:/usr/bin:/bin`, ...change };
  const { stdout, stderr, status } = spawnSync(shell, [SCRIPT], { env, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return readFacts(stdout);
}

const about = (facts: ReturnType<typeof ask>, question: string) =>
  facts
    .filter((fact) => fact['ask'] === question)
    .map((fact) => Object.fromEntries(Object.entries(fact).filter(([name]) => name !== 'ask')));

describe.each(pairsOf(SHELLS, AWKS))('doctor.sh in %s with %s', (shell, awk) => {
  const other = () => join(folder, `other-${shell}-${awk}`);
  const ours = () => join(other(), '.cruc-fleet');

  it('answers every question, in words that are read', () => {
    const bin = join(folder, `with-${awk}`);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'nawk'), `#!/bin/sh\nexec ${awk} "$@"\n`);
    chmodSync(join(bin, 'nawk'), 0o755);
    const facts = ask(shell, { PATH: `${bin}:${folder}:/usr/bin:/bin` });
    expect(about(facts, 'login')).toEqual([
      { uid: '1001', pfexec: '0', zone: 'global', host: 'BRM42220001', text: '/usr/bin/bash' },
    ]);
    expect(about(facts, 'home')).toEqual([{ state: 'writable', free_kib: '1000000', text: home }]);
    expect(about(facts, 'crucible')).toEqual([{ propolis: '2', pantry: '1', downstairs: '1', dtrace: '1' }]);
    expect(about(facts, 'dtrace')).toMatchObject([{ state: 'fails' }]);
    expect(about(facts, 'versions')).toEqual([{ text: 'SunOS 5.11 helios-2.0.23003' }]);
    expect(about(facts, 'dtrace_version')).toEqual([{ text: 'dtrace: Sun D 1.13.1' }]);
    expect(about(facts, 'leftovers')).toEqual([{ state: 'absent' }]);
    expect(about(facts, 'awk')).toEqual([{ name: 'nawk', works: 'yes', text: 'two' }]);
    expect(about(facts, 'checksum')).toMatchObject([{ name: 'sha256sum', works: 'yes' }]);
    for (const question of ['clock', 'end']) {
      expect(about(facts, question)).toEqual([
        { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) },
      ]);
    }
    expect(readdirSync(home)).toEqual([]);
  });

  it('counts the processes whose probes are visible once each', () => {
    const bin = join(folder, 'as-root');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'pfexec'), '#!/bin/sh\nexec "$@"\n');
    chmodSync(join(bin, 'pfexec'), 0o755);
    const facts = ask(shell, { PATH: `${bin}:${folder}:/usr/bin:/bin` });
    expect(about(facts, 'dtrace')).toEqual([{ state: 'works', text: '' }]);
    expect(about(facts, 'awk')).toMatchObject([{ works: 'yes' }]);
    expect(about(facts, 'probes')).toEqual([
      { of: 'upstairs', visible: '2', text: '' },
      { of: 'downstairs', visible: '0', text: expect.stringContaining('No probe matches description') },
    ]);
  });

  it('tells of what lies there', () => {
    mkdirSync(join(ours(), '0123456789abcdef'), { recursive: true });
    mkdirSync(join(ours(), 'locks'));
    writeFileSync(join(ours(), '0123456789abcdef', '.a.d.7'), '');
    writeFileSync(join(ours(), 'locks', 'status.1'), `${process.pid} 30 ana\n`);
    writeFileSync(join(ours(), 'locks', 'status.2'), '4194304 30 ana\n');
    expect(about(ask(shell, { HOME: other() }), 'leftovers')).toMatchObject([
      { state: 'ours', sets: '1', broken: '1', locks: '1', stale: '1' },
    ]);
  });

  // A shell tells these apart as any other does: one of them in the sample.
  it.runIf(isLong || shell === SHELLS[0])('tells of a link, and of a home that is none', () => {
    rmSync(ours(), { recursive: true, force: true });
    mkdirSync(other(), { recursive: true });
    symlinkSync('/', ours());
    expect(about(ask(shell, { HOME: other() }), 'leftovers')).toEqual([{ state: 'link' }]);
    expect(about(ask(shell, { HOME: '/nonexistent' }), 'home')).toMatchObject([{ state: 'missing' }]);
  });
});
