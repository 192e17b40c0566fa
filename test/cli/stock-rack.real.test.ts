import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyFile, requireEmptyRootPassword, startSshd, type Sshd } from '../support/openssh-server.ts';
import { isRunning, pidsIn } from '../support/processes.ts';
import { run } from '../support/run-program.ts';
import { writeNetcat } from '../support/stand-in-netcat.ts';

/**
 * The whole program against a rack as it comes: on the sleds root has no password and nobody has put a key there; the
 * gateway's sshd forwards nothing.
 */
const missing = requireEmptyRootPassword();

const SLEDS = 2;

/** As the switch zone's: a cubby in place of an address. */
const PILOT = `#!/bin/sh
[ "$1 $2 $3" = 'tp nc any' ] || { echo "pilot: no such command" >&2; exit 2; }
case $4 in
CASES
*) echo "pilot: no sled in cubby $4" >&2; exit 1 ;;
esac
`;
const PILOT_COMMAND = 'pilot tp nc any {cubby} {port}';

let folder: string;
let gateway: Sshd;
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
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeNetcat(bin, 'illumos');
    const cases = sleds.map(({ port }, n) => `${n}) exec ${bin}/nc 127.0.0.1 ${port} ;;`);
    writeFileSync(join(bin, 'pilot'), PILOT.replace('CASES', cases.join('\n')));
    chmodSync(join(bin, 'pilot'), 0o755);
    gateway = await startSshd({
      authorizedKeys: [makeKeyFile(join(folder, 'id'))],
      extraConfig: ['AllowTcpForwarding no', 'PermitOpen none', 'AllowAgentForwarding no'],
      environment: { PATH: `${bin}:/usr/bin:/bin` },
    });
    const knownHosts = [gateway, ...sleds].map((server) => server.knownHosts).join('');
    writeFileSync(join(folder, 'known_hosts'), knownHosts);
  });

  afterAll(async () => {
    await Promise.all([gateway, ...sleds].map((server) => server.stop()));
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

  function gatewayWith(command: string): string {
    return `gateways: [{ host: 127.0.0.1, port: ${gateway.port}, via: exec, command: '${command}' }]`;
  }

  async function viaOf(file: string): Promise<readonly string[]> {
    const { status, stdout, stderr } = await run([
      'exec',
      '-r',
      '*',
      '-i',
      file,
      '-o',
      'json',
      '--',
      'id -u',
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report: { sleds: { via: string }[]; rows: { stdout: string }[] } = JSON.parse(stdout);
    expect(report.rows.map((row) => row.stdout)).toEqual(Array(SLEDS).fill('0\n'));
    const pids = pidsIn(join(folder, 'bin', 'nc.pids'));
    expect(pids.filter(isRunning)).toEqual([]);
    return report.sleds.map(({ via }) => via);
  }

  it('answers a login without any key, and is warned of once', async () => {
    const { status, stdout, stderr } = await run(['exec', '-r', '*', '-i', inventory([]), '--', 'id -un']);
    expect(stdout).toContain('root');
    expect(status).toBe(0);
    expect(stderr.match(/^warning: /gm)).toHaveLength(1);
    expect(stderr).toMatch(/^warning: 3\/\[0-1\]: whoever reaches it is root there/m);
  });

  it('answers without a warning where the inventory names none', async () => {
    const file = inventory(['auth: [none, publickey]']);
    const { status, stderr } = await run(['exec', '-r', '*', '-i', file, '--', 'true']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('answers through a gateway that forwards nothing, by the nc of it', async () => {
    const file = inventory([
      'auth: [none, publickey]',
      'identity_file: id',
      `gateways: ["127.0.0.1:${gateway.port}"]`,
    ]);
    expect(await viaOf(file)).toEqual(Array(SLEDS).fill(`127.0.0.1:${gateway.port}`));
  });

  it('answers by the cubby, through a command on the gateway', async () => {
    const login = ['auth: [none, publickey]', 'identity_file: id'];
    const file = inventory([...login, gatewayWith(PILOT_COMMAND)]);
    expect(await viaOf(file)).toEqual(Array(SLEDS).fill(`127.0.0.1:${gateway.port}`));
    const { rows } = JSON.parse((await run(['doctor', '-i', file, '-o', 'json'])).stdout);
    const of = (step: string) => rows.find((row: { step: string }) => row.step === step);
    expect(of('gateway')).toMatchObject({ result: 'ok', answer: `127.0.0.1:${gateway.port}` });
    expect(of('gateway').details).toMatch(
      /authentication [\d.]+ ms root, by .*id \(ssh-ed25519\); gateway 1: host /,
    );
    expect(of('pipe')).toMatchObject({ result: 'ok', answer: "the gateway's command was started" });
    expect(of('tcp')).toMatchObject({ result: 'none', answer: "up to the gateway's command" });
    expect(of('authentication')).toMatchObject({
      result: 'ok',
      answer: 'root, by none, as the inventory names it',
    });
    const wrong = inventory([...login, gatewayWith('pilot tp nc any 9 {port}')]);
    const { status, stdout } = await run(['exec', '-r', '*', '-i', wrong, '--', 'true']);
    expect(status).toBe(3);
    expect(stdout).toMatch(/connect, pipe: .*status 1, saying: pilot: no sled in cubby 9/);
  });

  it('answers by the cubby, through the ssh of this machine', async () => {
    const ssh = (key: string) =>
      `ssh -F none -T -o BatchMode=yes -o UserKnownHostsFile=${join(folder, 'known_hosts')} -i ${key} -p ${gateway.port} 127.0.0.1 ${PILOT_COMMAND}`;
    const file = inventory(['auth: none', `proxy_command: '${ssh(join(folder, 'id'))}'`]);
    expect(await viaOf(file)).toEqual(Array(SLEDS).fill('proxy_command'));
    const refused = inventory(['auth: none', `proxy_command: '${ssh('/dev/null')}'`]);
    const failed = await run(['exec', '-r', '*', '-i', refused, '--', 'true']);
    expect(failed.status).toBe(3);
    expect(failed.stdout).toMatch(/connect, pipe: .*status 255, saying: .*Permission denied/);
  });
});
