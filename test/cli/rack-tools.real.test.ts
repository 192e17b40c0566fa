import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { createStandInTools, type StandInTools } from '../support/stand-in-tools.ts';
import { afterAll } from 'vitest';

/**
 * Racks that are asked through pilot and sush: stand-ins that print what public samples show, and run the text on
 * simulated sleds, the one by OpenSSH's ssh, the other in a bash.
 */
const reason = requireSshd();

describe.skipIf(reason !== null)(
  `a rack behind a tool${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let tools: StandInTools;
    let gateway: Sshd;
    const rack = withRack(
      { sledsPerRack: 4, propolisPerSled: 2, degraded: 2, seed: 5, down: new Map([['3/3', 'refused']]) },
      async () => {
        tools = await createStandInTools(rack);
        const key = join(rack.folder, 'id');
        gateway = await startSshd({ authorizedKeys: [makeKeyFile(key)] });
        writeFileSync(join(rack.folder, 'known_hosts'), gateway.knownHosts);
      },
    );
    afterAll(async () => {
      tools.close();
      await gateway.stop();
    });

    /** The rack as one that is asked by the tool, without a host; more keys of the rack. */
    function inventory(tool: 'pilot' | 'sush', ...keys: readonly string[]): string {
      const file = join(rack.folder, `${tool}.yaml`);
      const sleds = rack.simulation.sleds.map(
        ({ cubby, serial }) => `      - { cubby: ${cubby}, serial: ${serial} }`,
      );
      const head = [
        'version: 1',
        'racks:',
        '  - id: 3',
        `    via: ${tool}`,
        `    tool: ${tools.command(tool)}`,
      ];
      writeFileSync(
        file,
        [...head, ...keys.map((key) => `    ${key}`), '    sleds:', ...sleds, ''].join('\n'),
      );
      return file;
    }

    const throughGateway = () =>
      `gateways: [{ host: 127.0.0.1, port: ${gateway.port}, user: ${gateway.user}, identity_file: ${join(rack.folder, 'id')}, known_hosts: ${join(rack.folder, 'known_hosts')} }]`;

    async function ask(...argv: readonly string[]) {
      const { status, stdout, stderr } = await run([...argv, '-o', 'json']);
      const report = stdout === '' ? null : JSON.parse(stdout);
      if (report !== null) expect(schemaErrors(report)).toEqual([]);
      return { status, stderr, report };
    }

    let directly: ReturnType<typeof ask> | null = null;
    /** What is asked of them without a tool, once. */
    const overSsh = () => (directly ??= ask('ds-state', '-i', rack.inventory));

    interface JsonReport {
      readonly rows: readonly Readonly<Record<string, unknown>>[];
      readonly sleds: readonly {
        readonly cubby: number;
        readonly status: string;
        readonly via: string | null;
        readonly warnings: readonly string[];
        readonly issues: readonly { readonly code: string; readonly message: string }[];
        readonly error: { readonly code: string; readonly message: string } | null;
      }[];
    }

    const outcomes = ({ sleds }: JsonReport) =>
      sleds.map(({ status, error, issues }) => error?.code ?? issues[0]?.code ?? status);
    const rowsOf = ({ rows }: JsonReport) =>
      rows
        .map((row) => [row['sled'], row['zone'], row['pid'], row['ds0'], row['health']].join(' '))
        .toSorted();

    it('is not asked for its regions, and says so of each sled', async () => {
      tools.become({});
      tools.calls();
      const { status, report } = await ask('downstairs', '-i', inventory('pilot'));
      expect([status, outcomes(report)]).toEqual([3, Array(4).fill('not_tried')]);
      expect(report.sleds[0].error.message).toContain('not asked through pilot: nothing would end it there');
      expect(tools.calls()).toEqual([]);
    });

    it('is asked by one command of pilot, and answers as it does over SSH', async () => {
      tools.become({});
      tools.calls();
      const direct = await overSsh();
      const { status, report, stderr } = await ask('ds-state', '-i', inventory('pilot'));
      expect(status).toBe(3);
      expect(outcomes(report)).toEqual(['answered', 'answered', 'answered', 'unreachable']);
      expect(rowsOf(report)).toEqual(rowsOf(direct.report));
      expect(report.sleds[3].error.message).toMatch(/pilot did not reach it: exit code 255: .*refused/);
      expect(stderr).toContain('asked through pilot, which is experimental: not tried on a real rack');
      expect(tools.calls()).toHaveLength(1);
    });

    it('is asked by pilot on a gateway, over SSH, for other probes too', async () => {
      tools.become({});
      const file = inventory('pilot', throughGateway());
      const { report } = await ask('run', 'upstairs_info', '-w', '2s', '-i', file, '--exclude', '3/3');
      expect(outcomes(report)).toEqual(['answered', 'answered', 'answered']);
      expect(report.sleds[0].via).toBe(`pilot on 127.0.0.1:${gateway.port}`);
      expect(report.rows.length).toBeGreaterThan(0);
    });

    it('is asked by pilot what is asked of a sled first, but not how far its clock is off', async () => {
      tools.become({});
      const { report } = await ask('sleds', '-i', inventory('pilot'), '--sled', '3/0');
      expect(report.rows[0]).toMatchObject({
        propolis: 2,
        helios: 'helios-2.0.23003',
        clock: null,
        note: 'clock: asked through pilot, which does not say when',
      });
    });

    it('has every sled in the answer, whatever pilot leaves out or cuts', async () => {
      tools.become({}, { 1: { isSeen: false } });
      const missing = await ask('ds-state', '-i', inventory('pilot'));
      expect(outcomes(missing.report)).toEqual(['answered', 'unreachable', 'answered', 'unreachable']);
      expect(missing.report.sleds[1].error.message).toContain('pilot said nothing of it');
      tools.become({ shown: 0.5 });
      const cut = await ask('ds-state', '-i', inventory('pilot'));
      expect(cut.status).toBe(3);
      expect(outcomes(cut.report)).toEqual(['answered', 'cut', 'unreachable', 'unreachable']);
      tools.become({ shown: 0 });
      const empty = await ask('ds-state', '-i', inventory('pilot'));
      expect(empty.status).toBe(3);
      expect(new Set(outcomes(empty.report))).toEqual(new Set(['exit_status']));
      expect(empty.report.sleds[0].error.message).toContain(
        'pilot named no sled (status 0: it printed nothing)',
      );
    });

    it('does not take the answer of another sled for that of the inventory', async () => {
      tools.become({});
      const file = inventory('pilot');
      const [first] = rack.simulation.sleds;
      writeFileSync(file, readFileSync(file, 'utf8').replace(first?.serial ?? '', 'BRM42229999'));
      const { report } = await ask('ds-state', '-i', file, '--sled', '3/0,3/1');
      expect(outcomes(report)).toEqual(['answered', 'unreachable'].toReversed());
      expect(report.sleds[0].error.message).toContain(
        'the inventory has BRM42229999 there: correct the inventory',
      );
    });

    it('stands beside racks that are asked over SSH, in the order of the inventory', async () => {
      tools.become({});
      const lines = readFileSync(rack.inventory, 'utf8').split('\n');
      const at = lines.findIndex((line) => line.startsWith('racks:'));
      const [first, second, third] = lines.filter((line) => line.includes('serial:'));
      const told = [first, second].map((line) => line?.replace(/, host:.*}/, ' }'));
      const byTool = [
        '  - id: 2',
        '    via: pilot',
        `    tool: ${tools.command('pilot')}`,
        '    sleds:',
        ...told,
      ];
      const bySsh = ['  - id: 1', '    sleds:', third];
      const file = join(rack.folder, 'both.yaml');
      writeFileSync(file, [...lines.slice(0, at + 1), ...byTool, ...bySsh, ''].join('\n'));
      const { status, report } = await ask('ds-state', '-i', file);
      expect(status).toBe(0);
      const ways = report.sleds.map(({ rack: id, cubby, via }: Record<string, unknown>) => [id, cubby, via]);
      expect(ways).toEqual([
        ['1', 2, null],
        ['2', 0, 'pilot'],
        ['2', 1, 'pilot'],
      ]);
      expect(new Set(report.rows.map((row: Record<string, unknown>) => row['rack']))).toEqual(
        new Set(['1', '2']),
      );
    });

    it('takes only read-only probes', async () => {
      tools.calls();
      for (const argv of [
        ['exec', '-r', '*', '-i', inventory('pilot'), '--', 'uname'],
        ['push', '-r', '*'],
        ['clean', '-r', '*'],
      ]) {
        const { status, stderr } = await run(
          argv.includes('-i') ? argv : [...argv, '-i', inventory('pilot')],
        );
        expect(status).toBe(64);
        expect(stderr).toContain('read-only probes only');
      }
      expect(tools.calls()).toEqual([]);
    });

    it('says that a tool is not there, and that no gateway is', async () => {
      const file = inventory('pilot');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/tool: .*/, 'tool: /nonexistent/pilot'));
      const gone = await ask('ds-state', '-i', file);
      expect(gone.status).toBe(3);
      expect(gone.report.sleds[0].error.message).toMatch(/pilot named no sled \(status 127: .*not found/);
      const closed = inventory('pilot', 'gateways: ["127.0.0.1:1"]');
      const { report } = await ask('ds-state', '-i', closed);
      expect(new Set(outcomes(report))).toEqual(new Set(['gateway']));
    });

    it('is recorded, replayed and checked as any other', async () => {
      tools.become({});
      const folder = join(rack.folder, 'recording');
      const { report } = await ask('ds-state', '-i', inventory('pilot'), '--record', folder);
      const again = await ask('replay', folder);
      expect(rowsOf(again.report)).toEqual(rowsOf(report));
      expect(outcomes(again.report)).toEqual(outcomes(report));
      rmSync(folder, { recursive: true });
      const state = join(rack.folder, 'state.json');
      const check = await run(['check', '-i', inventory('pilot'), '--set', `state_file=${state}`]);
      expect([1, 2, 3]).toContain(check.status);
      expect(check.stdout).toContain('3 of 4 sleds answered');
    });

    describe('by sush', () => {
      async function signedJob(...argv: readonly string[]): Promise<string> {
        const { stdout } = await run(['script', ...argv]);
        const file = join(rack.folder, 'job.json');
        writeFileSync(file, JSON.stringify({ signed: { command: stdout.trimEnd() } }));
        return file;
      }

      it('gives a signed job, and fetches each stream by itself, whole', async () => {
        tools.become({}, { 3: { isSeen: false } });
        tools.calls();
        const direct = await overSsh();
        const job = await signedJob('ds-state');
        const { report, status } = await ask('ds-state', '-i', inventory('sush'), '--sush-job', job);
        expect(status).toBe(3);
        expect(outcomes(report)).toEqual(['answered', 'answered', 'answered', 'unreachable']);
        expect(rowsOf(report)).toEqual(rowsOf(direct.report));
        const verbs = tools.calls().map(([, , , verb]) => verb);
        expect(verbs).toEqual(['start', 'stdout', 'stdout', 'stdout']);
      });

      it('says which sleds did not end, what was cut, and what is not what the sled wrote', async () => {
        const job = await signedJob('ds-state');
        const file = inventory('sush', `sush_job: ${job}`);
        tools.become({}, { 0: { isEndless: true }, 3: { isSeen: false } });
        const endless = await ask('ds-state', '-i', file);
        expect(outcomes(endless.report)).toEqual(['timeout', 'answered', 'answered', 'unreachable']);
        tools.become({ shown: 0.5 });
        const cut = await ask('ds-state', '-i', file, '--sled', '3/0');
        expect(outcomes(cut.report)).toEqual(['cut']);
        expect(cut.report.sleds[0].issues[0].message).toMatch(/cut: \d+ of \d+ bytes of its stdout arrived/);
        tools.become({ wrongHash: true });
        const wrong = await ask('ds-state', '-i', file, '--sled', '3/0');
        expect(wrong.report.sleds[0].issues[0].message).toContain('not have the hash that sush gives');
      });

      it('refuses a job of another question, none, and a sush that asks to log in, each with a sentence', async () => {
        tools.become({});
        const job = await signedJob('lr-state');
        const other = await ask('ds-state', '-i', inventory('sush'), '--sush-job', job, '--sled', '3/0');
        expect(other.status).toBe(3);
        expect(other.report.sleds[0].error.message).toContain('another question (probe=lr-state');
        const none = await ask('ds-state', '-i', inventory('sush'));
        expect(none.status).toBe(64);
        expect(none.stderr).toContain(
          'via: sush needs a signed job: sign the text that cruc-fleet script prints',
        );
        tools.become({ asksForLogin: true });
        const login = await ask('ds-state', '-i', inventory('sush'), '--sush-job', job);
        expect(login.status).toBe(3);
        expect(login.report.sleds[0].error.message).toMatch(
          /sush started no job .*touch your security key.*log in first/,
        );
        expect(await run(['ds-state', '-i', rack.inventory, '--sush-job', job])).toMatchObject({
          status: 64,
        });
      });
    });
  },
);
