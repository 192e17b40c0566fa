import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSledPlaces } from '../../src/facts/sled-places.ts';
import { printing } from '../support/printing.ts';
import { placesOf } from '../support/programs.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/place.sh', import.meta.url));

const SHELLS = [...placesOf(['sh', 'dash', 'ksh93', 'bash']).keys()];
const AWKS = placesOf(['mawk', 'gawk', 'original-awk']);

const POOL = 'a0a0a0a0-0000-4000-8000-000000000001';
const REGION = 'b0b0b0b0-0000-4000-8000-000000000002';
const GONE = 'b1b1b1b1-0000-4000-8000-000000000003';
const SNAPSHOT = 'c0c0c0c0-0000-4000-8000-000000000004';
const DISK = 'd0d0d0d0-0000-4000-8000-000000000005';
const ZONE = 'oxz_crucible_e0e0e0e0-0000-4000-8000-000000000006';
const VM = 'oxz_propolis-server_f0f0f0f0-0000-4000-8000-000000000007';
const PANTRY = 'oxz_crucible_pantry_e0e0e0e0-0000-4000-8000-000000000009';
const FMRI = 'svc:/oxide/crucible/downstairs';
const PROPERTIES = ':properties/config';

/** The commands of a sled, as illumos's print. */
const SLED: Readonly<Record<string, string>> = {
  uname: 'echo BRM42220036',
  zoneadm: `case "$*" in
*-p*) ${printing(`0:global:running:/::ipkg:shared\n7:${VM}:running:/pool/ext/${POOL}/crypt/zone/${VM}:f0f0:omicron1:excl`)}
;;
*) ${printing(['global', PANTRY, ZONE, VM].join('\n'))}
;;
esac`,
  zpool: `case $1 in
list) printf 'rpool\\t100\\t50\\tONLINE\\noxp_${POOL}\\t1000\\t250\\tONLINE\\n' ;;
status) ${printing(`  pool: oxp_${POOL}
 state: ONLINE
config:

        NAME                       STATE     READ WRITE CKSUM
        oxp_${POOL}  ONLINE       0     0     0
          c3t0014EE81000BC2A1d0s0  ONLINE       0     0     0

errors: No known data errors`)}
;;
esac`,
  zfs: `printf 'rpool\\t5\\noxp_${POOL}/crucible\\t7\\noxp_${POOL}/crucible/regions\\t7\\noxp_${POOL}/crucible/regions/${REGION}\\t42\\n'`,
  diskinfo: printing(`DISK                    VID      PID              SERIAL               FLT LOC LOCATION
c2t0014EE81000BC2A0d0   1b96     WUS5EA138ESP7E3  A0000001             no  no  -
c3t0014EE81000BC2A1d0   1b96     WUS5EA138ESP7E3  A0793CAFE            no  no  -`),
  // 79 characters are all that the kernel keeps of arguments.
  ps: `printf '%s\\n' '    ZONE   PID COMMAND' '${ZONE}  4711 ${`/opt/oxide/crucible/bin/crucible-downstairs run --data /data/regions/${REGION}`.slice(0, 79)}'`,
  svcs: printing(`disabled         Aug_01 ${FMRI}:default
online           Aug_04 ${FMRI}:downstairs-${REGION}
disabled         Aug_02 ${FMRI}:downstairs-${GONE}
maintenance    02:11:03 ${FMRI}:snapshot-${REGION}-${SNAPSHOT}`),
  svcprop: `case "$*" in
*listen_addr*) echo '\\[fd00:1122:3344:101::20\\]:12400' ;;
*) ${printing(`${FMRI}:downstairs-${REGION}/${PROPERTIES}/address astring fd00:1122:3344:101::5
${FMRI}:downstairs-${REGION}/${PROPERTIES}/port count 19004
${FMRI}:snapshot-${REGION}-${SNAPSHOT}/${PROPERTIES}/address astring fd00:1122:3344:101::5
${FMRI}:snapshot-${REGION}-${SNAPSHOT}/${PROPERTIES}/port count 19005`)}
;;
esac`,
  zlogin: `case $1 in
*pantry*) exit 1 ;;
*propolis*) ${printing(`TCP: IPv6
fd00:1122:3344:101::20.47312      fd00:1122:3344:103::5.19004        139264      0 139264      0 ESTABLISHED
fd00:1122:3344:101::20.47313      fd00:1122:3344:104::5.19004        139264      0 139264      0 TIME_WAIT
fd00:1122:3344:101::20.12400      *.*                                    0      0 128000      0 LISTEN`)}
;;
*) ${printing(`TCP: IPv6
fd00:1122:3344:101::5.19004       fd00:1122:3344:103::20.47312      139264      0 139264      0 ESTABLISHED
fd00:1122:3344:101::5.19004       *.*                                    0      0 128000      0 LISTEN
fd00:1122:3344:101::5.23004       fd00:1122:3344:103::20.47313      139264      0 139264      0 ESTABLISHED`)}
;;
esac`,
  curl: `for last; do :; done
case $last in http://\\[fd00:1122:3344:101::20\\]:12400/instance/disk/${DISK}/status) ;; *) exit 3 ;; esac
printf '{"active":true}\\n200'`,
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-place-script-'));
  for (const [name, script] of Object.entries(SLED)) put(name, script);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

function ask(shell: string, words: readonly string[], first = folder) {
  const env = { PATH: `${first}:${folder}:/usr/bin:/bin` };
  const { stdout, stderr, status } = spawnSync(shell, [SCRIPT, ...words], { env, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return readSledPlaces(stdout, '3/BRM42220036', 'BRM42220036');
}

const WHOLE = {
  kind: 'service',
  region: REGION,
  snapshot: null,
  sledSerial: 'BRM42220036',
  sled: '3/BRM42220036',
  zone: ZONE,
  state: 'online',
  since: 'Aug_04',
  address: 'fd00:1122:3344:101::5',
  port: 19_004,
  pid: 4711,
  pool: POOL,
  used: 42,
  connections: 1,
};

describe.each(SHELLS)('place.sh in %s', (shell) => {
  it('says regions, services, pools and devices, and what a VM answers', () => {
    const { hostName, facts, asked, issues } = ask(shell, [
      'connections',
      `${VM}/${DISK}`,
      `elsewhere/${DISK}`,
    ]);
    expect([hostName, issues]).toEqual(['BRM42220036', []]);
    expect(facts).toEqual([
      { kind: 'listed', sled: '3/BRM42220036', sledSerial: 'BRM42220036', isWhole: true },
      WHOLE,
      {
        ...WHOLE,
        region: GONE,
        state: 'disabled',
        since: 'Aug_02',
        address: null,
        port: null,
        pid: null,
        pool: null,
        used: null,
        connections: null,
      },
      {
        ...WHOLE,
        snapshot: SNAPSHOT,
        state: 'maintenance',
        since: '02:11:03',
        port: 19_005,
        pid: null,
        connections: 0,
      },
      {
        kind: 'own_pool',
        pool: POOL,
        sled: '3/BRM42220036',
        health: 'ONLINE',
        size: 1000,
        allocated: 250,
        device: 'c3t0014EE81000BC2A1d0s0',
        serial: 'A0793CAFE',
      },
    ]);
    expect(asked).toEqual([
      {
        zone: VM,
        disk: DISK,
        problem: {
          reason: 'no_answer',
          detail: 'its server is older than May 2026, and does not name targets',
        },
        facts: [],
      },
    ]);
  });

  it('says zones with their pools, and whom the zone of a VM talks to that did not say it', () => {
    const { zones, peers } = ask(shell, ['peers', `${VM}/${DISK}`, VM, PANTRY, 'elsewhere']);
    expect(zones).toEqual([{ name: VM, pool: POOL }]);
    expect([...peers]).toEqual([[VM, ['fd00:1122:3344:103::5']]]);
    expect([...ask(shell, [`${VM}/${DISK}`]).peers]).toEqual([]);
  });

  it('asks no VM any more once four disks were not answered, and counts no disk of another sled', () => {
    const silent = mkdtempSync(join(folder, 'silent-'));
    writeFileSync(join(silent, 'curl'), '#!/bin/sh\nexit 28\n');
    chmodSync(join(silent, 'curl'), 0o755);
    const disks = [1, 2, 3, 4, 5].map((n) => `${VM}/${DISK.slice(0, -1)}${n}`);
    const elsewhere = Array.from({ length: 130 }, () => `elsewhere/${DISK}`);
    const reasons = ask(shell, [...elsewhere, ...disks], silent).asked.map(({ problem }) => problem?.reason);
    expect(reasons).toEqual([...Array.from({ length: 4 }, () => 'no_answer'), 'not_asked']);
  });

  it('says which of its commands failed, and that the list of regions is then not whole', () => {
    const broken = mkdtempSync(join(folder, 'broken-'));
    for (const name of ['svcs', 'diskinfo']) {
      writeFileSync(join(broken, name), '#!/bin/sh\nexit 2\n');
      chmodSync(join(broken, name), 0o755);
    }
    const { facts, issues } = ask(shell, [], broken);
    expect(issues).toEqual([
      `not known, since a command ended with status 2: its physical disks (diskinfo), services (svcs) of ${ZONE}`,
    ]);
    expect(facts[0]).toMatchObject({ kind: 'listed', isWhole: false });
  });
});

describe.each([...AWKS])('place.sh with %s', (_, path) => {
  it('reads devices, processes and services', () => {
    const own = mkdtempSync(join(folder, 'awk-'));
    symlinkSync(path, join(own, 'awk'));
    const { facts, issues } = ask('sh', [], own);
    expect(issues).toEqual([]);
    expect(facts[1]).toEqual({ ...WHOLE, connections: null });
  });
});
