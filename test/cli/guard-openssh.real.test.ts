import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { isRunning, pidsIn } from '../support/processes.ts';
import { run, startProgram } from '../support/run-program.ts';
import { isLong } from '../support/sized.ts';

/** What comes between cruc-fleet and a command on a sled, over real OpenSSH. */
const reason = requireSshd();
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));

const HANGING = `#!/bin/sh
trap '' TERM
echo $$ >> "$HOME/pids"
while :; do sleep 1; done
`;

const MINDING = `#!/bin/sh
echo $$ >> "$HOME/pids"
exec sleep 60
`;

const SLED_COMMANDS: Readonly<Record<string, string>> = {
  zoneadm: '#!/bin/sh\necho 0:global:running:/::ipkg:shared:0\n',
  pgrep: '#!/bin/sh\nexit 1\n',
};

let folder: string;
let key: string;
let authorizedKeys: readonly string[];
const servers: Sshd[] = [];

/** A sled: an sshd with its own home, its own commands before the system's, and lines of sshd_config. */
async function makeSled(commands: Readonly<Record<string, string>>, extraConfig: readonly string[] = []) {
  const place = mkdtempSync(join(folder, 'sled-'));
  const bin = join(place, 'bin');
  const home = join(place, 'home');
  mkdirSync(bin);
  mkdirSync(home);
  for (const [name, text] of Object.entries({ ...SLED_COMMANDS, ...commands })) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const environment = { PATH: `${bin}:/usr/bin:/bin`, HOME: home };
  const server = await startSshd({ authorizedKeys, environment, extraConfig });
  servers.push(server);
  const inventory = join(place, 'inventory.yaml');
  const knownHosts = join(place, 'known_hosts');
  writeFileSync(knownHosts, server.knownHosts);
  const login = `user: ${server.user}, identity_file: ${key}, known_hosts: ${knownHosts}, identities_only: true, connect_timeout: 60s`;
  writeFileSync(
    inventory,
    `version: 1\ndefaults: { ${login} }\nracks:\n  - id: 3\n    sleds: [{ cubby: 0, host: 127.0.0.1, port: ${server.port} }]\n`,
  );
  return { inventory, home, server };
}

/** The processes of dtrace that a sled has had. */
const tracersOf = (home: string): readonly number[] => pidsIn(join(home, 'pids'));

/** Everything of a sled that still runs, whoever its parent is now: dtrace, the scripts around it, the guard. */
function runningOn(home: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isOfSled = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`HOME=${home}`);
        const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').slice(0, 2).join(' ');
        return isOfSled && isRunning(Number(pid)) && !words.includes(BIN) ? [`${pid} ${words}`] : [];
      } catch {
        return [];
      }
    });
}

describe.skipIf(reason !== null)(
  `a command over OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-guard-ssh-'));
      key = join(folder, 'id');
      authorizedKeys = [makeKeyFile(key)];
    });

    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      ['exit 0', /never ran.*nothing was printed, and the status was 0/],
      ['/usr/bin/true', /never ran/],
      ["echo 'This account is currently not available.'; exit 1", /never ran.*This account is currently/],
    ])('that ForceCommand %s runs instead of is no answer', async (forced, message) => {
      const { inventory, home } = await makeSled({}, [`ForceCommand ${forced}`]);
      const stateFile = join(home, 'state.json');
      // Every command with one of them; each of them with one that is given a probe and one that is not.
      const commands = [
        ['ds-state', '-w', '1s'],
        ['lr-state', '-w', '1s'],
        ['run', 'perfgw', '-w', '1s'],
        ['run', 'upstairs_info', '-w', '1s'],
        ['push', '-r', '*'],
        ['clean', '-r', '*'],
        ['exec'],
      ];
      for (const argv of isLong || forced === 'exit 0' ? commands : [['ds-state', '-w', '1s'], ['exec']]) {
        const [command = '', ...rest] = argv;
        const words =
          command === 'exec'
            ? ['exec', '-r', '*', '-i', inventory, '--', 'true']
            : [command, ...rest, '-i', inventory];
        const ended = await run(words);
        expect(`${command} ${ended.status}`).toBe(`${command} 3`);
        expect(ended.stdout + ended.stderr).toMatch(message);
      }
      const check = await run(['check', '-i', inventory, '-w', '1s', '--state-file', stateFile]);
      expect(check.status).toBe(3);
      expect(check.stdout).toContain('0 of 1 sled answered');
    });

    it('whose output is cut at the end of a line keeps what arrived, and is said to be cut', async () => {
      const { inventory } = await makeSled({}, [`ForceCommand sh -c "$SSH_ORIGINAL_COMMAND" | head -n 4`]);
      const lines = `printf 'one\\ntwo\\nthree\\nfour\\nfive\\n'`;
      const ended = await run(['exec', '-r', '*', '-i', inventory, '-o', 'json', '--', lines]);
      const report = JSON.parse(ended.stdout);
      expect(report.rows[0].stdout).toBe('one\ntwo\n');
      expect(report.sleds[0]).toMatchObject({
        status: 'answered',
        issues: [{ code: 'cut', message: 'cut: the end of the answer did not arrive' }],
      });
      expect(ended.status).toBe(3);
    });

    it('that lost lines in the middle differs from what the sled counted', async () => {
      const { inventory } = await makeSled({}, [
        `ForceCommand sh -c "$SSH_ORIGINAL_COMMAND" | grep --line-buffered -v two`,
      ]);
      const ended = await run(['exec', '-r', '*', '-i', inventory, '--', `printf 'one\\ntwo\\nthree\\n'`]);
      expect(ended.stdout).toContain('cut: 2 of 3 rows arrived');
      expect(ended.status).toBe(3);
    });

    it('of a login that prints at its begin and its end is whole, with a note', async () => {
      const { inventory } = await makeSled({}, [
        `ForceCommand echo Welcome to BRM1; sh -c "$SSH_ORIGINAL_COMMAND"; echo bye`,
      ]);
      const ended = await run(['exec', '-r', '*', '-i', inventory, '--', 'echo hi']);
      expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('\nhi\n') });
      expect(ended.stderr).toMatch(/warning: 3\/0: printed before the answer.*Welcome to BRM1/);
      for (const command of ['push', 'clean']) {
        const done = await run([command, '-r', '*', '-i', inventory, '-o', 'json']);
        expect(done.status).toBe(0);
        expect(JSON.parse(done.stdout)).toMatchObject({ complete: true, rows: [{}] });
      }
    });

    it('takes its status and output through every login shell as through sh', async () => {
      const { inventory } = await makeSled({});
      const ended = await run([
        'exec',
        '-r',
        '*',
        '-i',
        inventory,
        '-o',
        'json',
        '--',
        `printf 'a\\0b'; kill -9 $$`,
      ]);
      expect(JSON.parse(ended.stdout).rows[0]).toMatchObject({ status: 137, stdout: 'a\0b' });
      expect(ended.status).toBe(137);
    });

    it('does not run beside one of the same name, unless told to', async () => {
      const { inventory, home } = await makeSled({ dtrace: MINDING });
      const first = startProgram(['run', 'perfgw', '-w', '30s', '-i', inventory]);
      await expect.poll(() => tracersOf(home).length).toBe(1);
      const second = await run(['run', 'perfgw', '-w', '30s', '-i', inventory, '-o', 'json']);
      expect(JSON.parse(second.stdout).sleds[0]).toMatchObject({
        status: 'failed',
        stage: 'run',
        error: {
          code: 'busy',
          message: expect.stringMatching(/tester on tester.example, since 20.*--force/),
        },
      });
      expect(second.status).toBe(3);
      const forced = startProgram(['run', 'perfgw', '-w', '30s', '-i', inventory, '--force']);
      await expect.poll(() => tracersOf(home).length).toBe(2);
      first.interrupt();
      forced.interrupt();
      expect((await first.ended).status).toBe(130);
      await forced.ended;
      await expect.poll(() => tracersOf(home).filter(isRunning)).toEqual([]);
    });

    it.concurrent('leaves nothing on the sled, however this end goes and whatever dtrace minds', async ({
      expect,
    }) => {
      const cases = (['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGSTOP'] as const).flatMap((signal) =>
        [HANGING, MINDING].flatMap((dtrace) =>
          [
            ['ds-state', '-w', '40s'],
            ['run', 'perfgw', '-w', '40s'],
          ].map((argv) => ({ signal, dtrace, argv })),
        ),
      );
      // The signals of which it hears nothing, and one of those at which it ends by itself (test/cli/process.real.test.ts
      // has the others), with each dtrace and each way to start it; all of them in the long suite.
      const tried = isLong ? cases : [0, 11, 17].flatMap((n) => cases[n] ?? []);
      const left = await Promise.all(
        tried.map(async ({ signal, dtrace, argv }) => {
          const { inventory, home } = await makeSled({ dtrace });
          const client = spawn(process.execPath, [BIN, ...argv, '-i', inventory], {
            stdio: 'ignore',
            env: { ...process.env, HOME: home },
          });
          try {
            await expect
              .poll(() => tracersOf(home).length, { timeout: 120_000, interval: 500 })
              .toBeGreaterThan(0);
            const [pid = 0] = tracersOf(home);
            expect(isRunning(pid)).toBe(true);
            expect(runningOn(home).length).toBeGreaterThan(1);
            client.kill(signal);
            await expect.poll(() => runningOn(home), { timeout: 120_000, interval: 500 }).toEqual([]);
            return [];
          } catch (error) {
            return [
              `${argv.join(' ')} ${signal} ${dtrace === HANGING ? 'hanging' : 'minding'}: ${String(error)}`,
            ];
          } finally {
            client.kill('SIGKILL');
          }
        }),
      );
      expect(left.flat()).toEqual([]);
    });

    it.concurrent('that goes on in silence is not ended while we are there', async ({ expect }) => {
      const { inventory } = await makeSled({});
      const ended = await run(['exec', '-r', '*', '-i', inventory, '--', 'sleep 11; echo there']);
      expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('\nthere\n') });
    });
  },
);
