import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHELLS } from '../../src/completion/shells.ts';
import { lastRunFile } from '../../src/fleet/last-run.ts';
import { isLong } from '../support/sized.ts';
import { offeredBy, requireShell } from '../support/shell-completion.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-shell-'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(BIN, join(folder, 'bin', 'cruc-fleet'));
  mkdirSync(join(folder, 'recorded'));
  const inventory = join(folder, 'inventory.yaml');
  const sleds = [14, 15].map(
    (cubby) =>
      `      - { serial: BRM422200${cubby}, cubby: ${cubby}, host: "fd00::${cubby}", labels: { role: compute, note: "$(touch ran)" } }\n`,
  );
  writeFileSync(inventory, `version: 1\nracks:\n  - id: 3\n    name: west\n    sleds:\n${sleds.join('')}`);
  const last = lastRunFile(join(folder, 'state', 'cruc-fleet'), inventory);
  mkdirSync(join(folder, 'state', 'cruc-fleet', 'last-run'), { recursive: true });
  const head = {
    format: 'cruc-fleet/last-run',
    version: 1,
    command: 'ds-state',
    selection: 'all',
    sleds: [],
  };
  const zones = ['oxz_propolis-server_34aa5f9c', 'oxz_$(touch${IFS}ran)', 'oxz_`touch ran`', 'oxz_\u001b[2J'];
  writeFileSync(last, `${JSON.stringify(head)}\n${JSON.stringify({ answered: '3/x', zones })}\n`);
  env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A line up to the tab, and all that is offered there: what shells cut apart and quote each in their own way. */
const OF_A_SHELL: readonly (readonly [string, readonly string[]])[] = [
  ['ds-state -q --sled 15,BRM4222001', ['15,BRM42220014', '15,BRM42220015']],
  ['ds-state --state=fau', ['--state=faulted']],
  ['ds-state --zone ', ['oxz_propolis-server_34aa5f9c']],
  ['replay rec', ['recorded']],
];

/** What the program says to each in the same words. */
const OF_ALL: readonly (readonly [string, readonly string[]])[] = [
  ['ds-', ['ds-state']],
  ['ds-state --ra', ['--rack']],
  ['ds-state --rack ', ['3']],
  ['ds-state --label ', ['role=compute']],
  ['ds-state --columns zone,upst', ['zone,upstairs_id']],
  ['run perf-v', ['perf-vol']],
  ['run upstairs_io --columns write_o', ['write_out']],
  ['help silence ', ['add', 'list', 'expire']],
  ['exec -- ', []],
];

describe.each(SHELLS)('completion of %s', (shell) => {
  const reason = requireShell(shell);
  // A line takes a process of the program: in the sample each of the others goes to one shell.
  const isAsked = (at: number) => isLong || at % SHELLS.length === SHELLS.indexOf(shell);
  const cases = [...OF_A_SHELL, ...OF_ALL.filter((_, at) => isAsked(at))];

  it.skipIf(reason !== null)(
    `offers commands, options and values, and runs nothing that it is told${reason === null ? '' : ` (skipped: ${reason})`}`,
    () => {
      const lines = cases.map(([line]) => `cruc-fleet ${line}`);
      const offered = offeredBy(shell, lines, { cwd: folder, env });
      const seen = offered.map((words, at) => [
        cases[at]?.[0],
        // Bash replaces what stands behind the last = alone; a shell may show that a folder is one.
        words.map((word) => (word === 'faulted' ? '--state=faulted' : word.replace(/\/$/, ''))).sort(),
      ]);
      expect(seen).toEqual(cases.map(([line, words]) => [line, [...words].sort()]));
      expect(readdirSync(folder)).not.toContain('ran');
    },
  );
});
