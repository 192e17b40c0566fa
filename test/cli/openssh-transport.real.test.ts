import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { requireSshd } from '../support/openssh-server.ts';
import { allProcesses } from '../support/processes.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

/** The whole program by the system's ssh, on simulated sleds behind a gateway. `npm test` builds it first. */
const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const reason = requireSshd();

describe.skipIf(reason !== null)(
  `--transport openssh${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const rack = withRack({
      sledsPerRack: 4,
      propolisPerSled: 1,
      degraded: 1,
      gatewaysPerRack: 1,
      seed: 9,
      down: new Map([
        ['3/2', 'refused'],
        ['3/3', 'cut'],
      ]),
    });

    async function ask(...argv: readonly string[]) {
      const { status, stdout, stderr } = await run(['ds-state', '-i', rack.inventory, '-o', 'json', ...argv]);
      return { status, stderr, report: JSON.parse(stdout) };
    }

    const outcomesOf = ({ sleds }: { readonly sleds: readonly JsonSled[] }) =>
      sleds.map(({ status, error, via, issues }) => [status, error?.code, via, issues?.[0]?.code]);

    interface JsonSled {
      readonly status: string;
      readonly via: string | null;
      readonly error: { readonly code: string } | null;
      readonly issues: readonly { readonly code: string }[] | undefined;
    }

    it('gives the answer of our own SSH, with a sled down and one that breaks', async () => {
      const own = await ask();
      const { status, report } = await ask('--transport', 'openssh', '-F', 'none');
      expect(status).toBe(own.status);
      expect(outcomesOf(report)).toEqual(outcomesOf(own.report));
      const rows = (each: { readonly rows: readonly Readonly<Record<string, unknown>>[] }) =>
        each.rows
          .map((row) => [row['sled'], row['zone'], row['session_id'], row['health']].join(' '))
          .toSorted();
      expect(rows(report)).toEqual(rows(own.report));
    });

    it('leaves no ssh behind when it is killed', async () => {
      const key = /identity_file: "?([^"\n]+)/.exec(readFileSync(rack.inventory, 'utf8'))?.[1] ?? '-';
      // The sleds live in this process: a look must not keep them waiting, as one at ps does.
      const ours = () =>
        allProcesses()
          .map(({ words }) => words())
          .filter((line) => line.includes('ControlMaster') && line.includes(key));
      const argv = [
        'ds-state',
        '-i',
        rack.inventory,
        '--transport',
        'openssh',
        '-w',
        '600s',
        '--sled',
        '3/0,3/1',
      ];
      const env = { ...process.env, TMPDIR: rack.folder };
      const child = spawn(process.execPath, [BIN, ...argv], { stdio: 'ignore', env });
      const commands = () =>
        ours().filter((line) => line.includes('ControlMaster=no') && line.includes('printf'));
      await vi.waitFor(() => expect(commands()).toHaveLength(2), { timeout: 120_000, interval: 200 });
      child.kill('SIGKILL');
      await vi.waitFor(() => expect(ours()).toEqual([]), { timeout: 120_000, interval: 200 });
    });
  },
);
