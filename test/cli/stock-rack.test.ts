import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireEmptyRootPassword, startSshd, type Sshd } from '../support/openssh-server.ts';
import { run } from '../support/run-program.ts';

/** The whole program against sleds as they come: root has no password, and nobody has put a key there. */
const missing = requireEmptyRootPassword();

const SLEDS = 2;

let folder: string;
const sleds: Sshd[] = [];

describe.skipIf(missing !== null)(`a stock rack${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-stock-'));
    for (let n = 0; n < SLEDS; n++) {
      const home = join(folder, `home${n}`);
      mkdirSync(home);
      sleds.push(
        await startSshd({ authorizedKeys: [], emptyRootPassword: true, environment: { HOME: home } }),
      );
    }
    writeFileSync(join(folder, 'known_hosts'), sleds.map((server) => server.knownHosts).join(''));
  });

  afterAll(async () => {
    await Promise.all(sleds.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  function inventory(more: readonly string[]): string {
    const file = join(folder, 'inventory.yaml');
    const lines = [
      'version: 1',
      'defaults:',
      '  known_hosts: known_hosts',
      ...more.map((line) => `  ${line}`),
      'racks:',
      '  - id: 3',
      '    sleds:',
      ...sleds.map(({ port }, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`),
    ];
    writeFileSync(file, lines.join('\n'));
    return file;
  }

  it('answers a login without any key, and is warned of once', async () => {
    const { status, stdout, stderr } = await run(['exec', '-i', inventory([]), '--', 'id -un']);
    expect(stdout).toContain('root');
    expect(status).toBe(0);
    expect(stderr.match(/^warning: /gm)).toHaveLength(1);
    expect(stderr).toMatch(/^warning: 3\/\[0-1\]: whoever reaches it is root there/m);
  });

  it('answers without a warning where the inventory names none', async () => {
    const file = inventory(['auth: [none, publickey]']);
    const { status, stderr } = await run(['exec', '-i', file, '--', 'true']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
