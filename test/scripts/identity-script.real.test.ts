import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../src/doctor/sled-facts.ts';
import { identityOf } from '../../src/import/drift.ts';
import { placesOf } from '../support/programs.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/identity.sh', import.meta.url));

const SHELLS = [...placesOf(['sh', 'dash', 'ksh93', 'bash']).keys()];

/** The commands of a sled, as illumos's print. */
const SLED: Readonly<Record<string, string>> = {
  zonename: 'echo global',
  uname: 'echo BRM42220036',
  prtconf: `cat <<'END'
System Configuration:  Oxide Computer Company  i86pc
Oxide,Gimlet
    System software properties:
        name='baseboard-identifier' type=string items=1
            value='BRM42220036'
        name='baseboard-model' type=string items=1
            value='913-0000019'
END`,
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-identity-script-'));
  for (const [name, script] of Object.entries(SLED)) put(name, script);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

function ask(shell: string, first = folder) {
  const env = { PATH: `${first}:${folder}:/usr/bin:/bin` };
  const { stdout, stderr, status } = spawnSync(shell, [SCRIPT], { env, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return identityOf(readFacts(stdout)[0] ?? {});
}

describe.each(SHELLS)('identity.sh in %s', (shell) => {
  it('says serial, part and host name, and of what a sled does not tell nothing', () => {
    const hostName = 'BRM42220036';
    expect(ask(shell)).toEqual({ serial: hostName, part: '913-0000019', hostName });
    const silent = mkdtempSync(join(folder, 'silent-'));
    for (const script of [
      'exit 1',
      'echo "name=\'baseboard-identifier\' type=string"; echo "value=\'a b; rm\'"',
    ]) {
      writeFileSync(join(silent, 'prtconf'), `#!/bin/sh\n${script}\n`);
      chmodSync(join(silent, 'prtconf'), 0o755);
      expect(ask(shell, silent)).toEqual({ serial: hostName, part: null, hostName });
    }
  });
});
