import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { allProcesses, isRunning, pidsIn } from '../support/processes.ts';
import { withRack } from '../support/rack.ts';
import { run, startProgram } from '../support/run-program.ts';
import { PATIENCE } from '../support/patience.ts';

const reason = requireSshd();
/** What is true of the sleds that do not answer, and every command has to say. */
const FAILURES = {
  'sled 2, which is down': /\b3\/\S+0002\b[^]*?refused the\s+connection/,
  'sled 3, which refuses the key': /\b3\/\S+0003\b[^]*?refused\s+every\s+key/,
  'sled 4, which is silent': /\b3\/\S+0004\b[^]*?sent\s+no\s+SSH\s+banner/,
};
/** The same of sled 5, which hangs; where a second command comes while the first one waits, it does not run. */
const HANGS = /\b3\/\S+0005\b[^]*?(?:did\s+not\s+end\s+within|ps\s+does\s+not\s+answer)/;

/** Real sshds in front of six simulated sleds, of which two answer: every command tells of all six, and leaves nothing. */
describe.skipIf(reason !== null)(
  `a rack of OpenSSH servers that is half down${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const servers: Sshd[] = [];
    const homes: string[] = [];
    const pids = (): string => join(rack.folder, 'hung-pids');
    const inventory = (): string => join(rack.folder, 'openssh.yaml');
    const settings = {
      sledsPerRack: 6,
      propolisPerSled: 1,
      storage: { poolsPerSled: 1 },
      seed: 11,
      ioRate: 0,
      time: 'real',
    } as const;
    const rack = withRack(settings, async () => {
      const { folder, simulation } = rack;
      const authorizedKeys = [makeKeyFile(join(folder, 'id'))];
      const otherKeys = [makeKeyFile(join(folder, 'other'))];
      for (const [n, { id }] of simulation.sleds.entries()) {
        const { PATH, HOME } = simulation.environmentFor(id);
        homes.push(HOME);
        const environment = { HOME, TMPDIR: join(folder, 'tmp'), PATH: n === 5 ? hanging(PATH) : PATH };
        servers.push(await startSshd({ authorizedKeys: n === 3 ? otherKeys : authorizedKeys, environment }));
      }
      mkdirSync(join(folder, 'tmp'));
      writeFileSync(join(folder, 'known_hosts'), servers.map(({ knownHosts }) => knownHosts).join(''));
      const sleds = simulation.sleds.map(
        ({ serial, cubby }, n) =>
          `      - { serial: ${serial}, cubby: ${cubby}, host: 127.0.0.1, port: ${servers[n]?.port}${n === 4 ? ', connect_timeout: 2s' : ''} }`,
      );
      const defaults = `user: ${servers[0]?.user}, identity_file: id, known_hosts: known_hosts, identities_only: true, connect_timeout: 60s`;
      const lines = [
        'version: 1',
        `defaults: { ${defaults} }`,
        'racks:',
        '  - id: 3',
        '    sleds:',
        ...sleds,
      ];
      writeFileSync(inventory(), lines.join('\n'));
      await servers[2]?.stop();
      servers[4]?.freeze();
    });

    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
    });

    /** A PATH where what lists processes, zones and pools never answers, and says who it is. */
    function hanging(path: string): string {
      const bin = join(rack.folder, 'hanging');
      mkdirSync(bin);
      for (const name of ['dtrace', 'ps', 'zoneadm', 'zpool', 'zfs']) {
        const script = `#!/bin/sh\necho $$ >>'${pids()}'\nexec tail -f /dev/null\n`;
        writeFileSync(join(bin, name), script, { mode: 0o755 });
      }
      return `${bin}${delimiter}${path}`;
    }

    const upstairs = (): string => rack.sessions('3/0')[0]?.upstairsId ?? '-';
    const ask = (argv: readonly string[]) =>
      run([...argv, '-i', inventory(), '--timeout', '6s', '--width', '80', '-q']);

    it.concurrent.each([
      ['sleds', ['sleds'], /^3\/0 .*\n3\/1 /m],
      ['downstairs', ['downstairs', '--window', '1s'], /^3\/0 +crucible \S+ +\S+ +online/m],
      ['where', ['where', 'UPSTAIRS', '-w', '1'], /^3\/0 .*\bACT\b/m],
      ['explain', ['explain', 'UPSTAIRS', '-w', '1', '--no-trace'], /all three downstairs are active/],
      ['impact', ['impact', '-w', '1'], /^no sled can go next; 6 unknown$/m],
      ['repairs', ['repairs', '--for', '1s'], /^(?:all sleds|rack \S+): 2 of 6 sleds answered/m],
    ])('%s answers with what it heard, and names the rest', async (_, argv, heard) => {
      const words = argv.map((word) => (word === 'UPSTAIRS' ? upstairs() : word));
      const { status, stdout, stderr } = await ask(words);
      expect(status).toBe(3);
      expect(stdout + stderr).toMatch(heard);
      for (const failure of [...Object.values(FAILURES), HANGS]) expect(stdout + stderr).toMatch(failure);
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    });

    it.concurrent('doctor names the question at which a sled hangs, and what it had answered', async () => {
      const { status, stdout } = await ask(['doctor', '--sled', '0,5']);
      expect(status).toBe(3);
      expect(stdout).toMatch(/^shell +ok .* all 2 /m);
      expect(stdout).toMatch(/^crucible +FAILED +3\/5 +the command on/m);
      expect(stdout).not.toMatch(/a shell that\s+runs commands/);
    });

    it.concurrent('wait gives up, and says after how long', async () => {
      const { status, stdout } = await run(
        'wait --timeout 1s -w 1 -q -s 0,2,4 -i'.split(' ').concat(inventory()),
      );
      expect(status).toBe(3);
      expect(stdout).toMatch(/^healthy: not so after [1-9]\d*\.\d s \(--timeout 1s\)\n/);
      expect(stdout).toMatch(FAILURES['sled 2, which is down']);
    });

    it.concurrent('watch calls none silent that it ended itself', async () => {
      const argv = ['watch', '-i', inventory(), '--for', '3s', '-o', 'ndjson'];
      const { status, stdout, stderr } = await run(argv);
      expect(status).toBe(3);
      for (const sled of [0, 1]) expect(stdout).toMatch(new RegExp(`"seen","sled":"3/\\S+000${sled}"`));
      for (const failure of Object.values(FAILURES)) expect(stdout).toMatch(failure);
      expect(stdout).not.toContain('"event":"silent"');
      expect(stderr).toMatch(/^watched 2 of 6 sleds .*; not watched at the end: 3\/\[2-5\]$/m);
    });

    it.concurrent('serve shows every sled on its page and in its report', async () => {
      const running = startProgram(['serve', '-i', inventory(), '--listen', '127.0.0.1:0', '--no-keep']);
      const url = await vi.waitFor(() => /^http:\S+/.exec(running.stdout())?.[0] ?? fail(), PATIENCE);
      const get = async (path: string) => await (await fetch(new URL(path, url))).text();
      await vi.waitFor(async () => {
        expect(JSON.parse(await get('/report.json')).coverage).toMatchObject({ selected: 6, answered: 2 });
        const page = await get('/');
        for (const failure of Object.values(FAILURES)) expect(page).toMatch(failure);
      }, PATIENCE);
      // An upstairs reports once a second, which is not before its sled is there.
      await vi.waitFor(async () => expect(await get('/healthz')).toMatch(/^ok: 2 of 6/), PATIENCE);
      running.interrupt();
      expect(await running.ended).toMatchObject({ status: 0 });
    });

    it('leaves no process on a sled and no file but its scripts', async () => {
      await vi.waitFor(() => {
        const hung = pidsIn(pids());
        expect(hung.length).toBeGreaterThan(3);
        expect(hung.filter(isRunning)).toEqual([]);
        // A guard that waits has the word of its run and the home of a sled only in its environment.
        expect(
          allProcesses()
            .map(({ words }) => words())
            .filter((line) => line.includes(rack.folder)),
        ).toEqual([]);
        expect([0, 1].map((n) => rack.simulation.tracing(`3/${n}`))).toEqual([0, 0]);
      }, PATIENCE);
      expect(readdirSync(join(rack.folder, 'tmp'))).toEqual([]);
      for (const home of homes) {
        expect(['.cruc-fleet']).toEqual(expect.arrayContaining(readdirSync(home)));
        const locks = join(home, '.cruc-fleet', 'locks');
        if (existsSync(locks)) expect(readdirSync(locks)).toEqual([]);
      }
    });
  },
);

function fail(): never {
  throw new Error('not yet');
}
