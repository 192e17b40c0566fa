import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { withRack } from '../support/rack.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));
const NAMES = readdirSync(SCRIPTS).filter((name) => name !== 'README.md');

/** What all tests but the first put on sleds: each script costs a sled some processes. */
const FEW = NAMES.filter((name) =>
  /^(?:get-ds-state|upstairs-status|guard|run-d|tracegw|upstairs_count)\./.test(name),
);

const rack = withRack(
  {
    sledsPerRack: 4,
    propolisPerSled: 1,
    seed: 6,
    down: new Map([
      ['3/2', 'refused'],
      ['3/3', 'disk-full'],
    ]),
  },
  ({ folder }) => {
    mkdirSync(join(folder, 'few'));
    for (const name of FEW) copyFileSync(join(SCRIPTS, name), join(folder, 'few', name));
  },
);

/** Runs a command line where there are few scripts. */
const runWithFew = (argv: readonly string[]) => run(argv, { scriptsFolder: join(rack.folder, 'few') });

const homeOf = (cubby: number) => rack.simulation.environmentFor(`3/${cubby}`).HOME;

async function states(command: string, sleds: string) {
  const argv = [command, '-i', rack.inventory, '--sled', sleds, '-o', 'json'];
  const { status, stdout } = await runWithFew(argv);
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  const { rows, sleds: visited } = report;
  return {
    status,
    rows: rows.map((row: Record<string, unknown>) => [row['cubby'], row['path'], row['state']].join(' ')),
    failed: visited.flatMap((sled: { error?: { code: string; message: string } }) =>
      sled.error === undefined ? [] : [`${sled.error.code}: ${sled.error.message}`],
    ),
  };
}

describe('push', () => {
  it('puts every script on every sled, ready for use by hand, and says who has not got them', async () => {
    const { status, stdout } = await run(['push', '-r', '*', '-i', rack.inventory]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^SLED +PATH +STATE\n3\/BRM42220000 +~\/\.cruc-fleet\/scripts +new\n/);
    expect(stdout).toMatch(/: 2 of 4 sleds answered; [\d.]+ m?s$/m);
    expect(stdout).toMatch(/no answer from .*cubby 2\): connect, refused/);
    expect(stdout).toMatch(/no answer from .*cubby 3\): upload, no_space/);
    for (const cubby of [0, 1]) {
      const link = join(homeOf(cubby), '.cruc-fleet', 'scripts');
      expect(readlinkSync(link)).toMatch(/^[0-9a-f]{16}$/);
      expect(readdirSync(link).toSorted()).toEqual(NAMES.toSorted());
      for (const name of NAMES) {
        // As text: to compare the bytes one by one takes a second.
        expect(readFileSync(join(link, name), 'latin1')).toBe(readFileSync(join(SCRIPTS, name), 'latin1'));
      }
      expect(lstatSync(join(link, 'get-ds-state.sh')).mode & 0o777).toBe(0o700);
    }
    expect(NAMES.length).toBeGreaterThan(20);
  });

  it('changes nothing the second time', async () => {
    await states('push', '0');
    expect(await states('push', '0')).toEqual({
      status: 0,
      rows: ['0 ~/.cruc-fleet/scripts unchanged'],
      failed: [],
    });
  });

  it('mends what was edited there, and a link that leads elsewhere', async () => {
    await states('push', '0-1');
    const base = join(homeOf(0), '.cruc-fleet');
    writeFileSync(join(base, 'scripts', 'tracegw.d'), 'edited');
    const other = join(homeOf(1), '.cruc-fleet');
    rmSync(join(other, 'scripts'));
    mkdirSync(join(other, 'older'));
    symlinkSync('older', join(other, 'scripts'));
    const { rows } = await states('push', '0-1');
    expect(rows).toEqual(['0 ~/.cruc-fleet/scripts new', '1 ~/.cruc-fleet/scripts new']);
    expect(readFileSync(join(base, 'scripts', 'tracegw.d'), 'utf8')).toBe(
      readFileSync(join(SCRIPTS, 'tracegw.d'), 'utf8'),
    );
    expect(readdirSync(join(other, 'older'))).toEqual([]);
    expect(readlinkSync(join(other, 'scripts'))).toBe(readlinkSync(join(base, 'scripts')));
  });

  it("leaves a folder of somebody's where the link should be", async () => {
    const base = join(homeOf(1), '.cruc-fleet');
    rmSync(base, { recursive: true, force: true });
    mkdirSync(join(base, 'scripts'), { recursive: true });
    writeFileSync(join(base, 'scripts', 'mine'), '');
    const { status, failed } = await states('push', '1');
    expect(status).toBe(3);
    expect(failed).toEqual([
      expect.stringMatching(/^exit_status: .*~\/\.cruc-fleet\/scripts is not a link of ours/),
    ]);
    expect(readdirSync(join(base, 'scripts'))).toEqual(['mine']);
    rmSync(base, { recursive: true });
  });

  it('leaves scripts that work by hand', async () => {
    await states('push', '0');
    const { stdout, status } = await run([
      'exec',
      '-i',
      rack.inventory,
      '--sled',
      '0',
      '--',
      '.cruc-fleet/scripts/get-ds-state.sh -H -w 1; sh .cruc-fleet/scripts/run-d.sh upstairs_count.d 1',
    ]);
    expect(stdout).toMatch(/^ZONE +PID +UPSTAIRS +SESSION +DS0 +DS1 +DS2$/m);
    expect(stdout).not.toMatch(/^stderr: /m);
    expect(status).toBe(0);
  });
});

describe('clean', () => {
  it('removes everything of ours and nothing else, and says so', async () => {
    await states('clean', '0');
    await states('push', '0');
    writeFileSync(join(homeOf(0), 'theirs'), '');
    const { status, stdout } = await runWithFew(['clean', '-i', rack.inventory, '--sled', '0']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^SLED +PATH +STATE +FILES\\n3/BRM42220000 +~/\\.cruc-fleet +removed +${FEW.length}\\n`),
    );
    expect(readdirSync(homeOf(0))).toEqual(['theirs']);
  });

  it('says where nothing was there', async () => {
    await states('clean', '1');
    expect(await states('clean', '1,2')).toMatchObject({ status: 3, rows: ['1 ~/.cruc-fleet absent'] });
  });

  it('removes links, and nothing to which they lead', async () => {
    const theirs = join(rack.folder, 'theirs');
    mkdirSync(theirs, { recursive: true });
    writeFileSync(join(theirs, 'file'), '');
    mkdirSync(join(homeOf(1), '.cruc-fleet'), { recursive: true });
    symlinkSync(theirs, join(homeOf(1), '.cruc-fleet', 'scripts'));
    expect((await states('clean', '1')).rows).toEqual(['1 ~/.cruc-fleet removed']);
    expect(readdirSync(theirs)).toEqual(['file']);
  });

  it('refuses a folder that is a link itself', async () => {
    const theirs = join(rack.folder, 'elsewhere');
    mkdirSync(theirs);
    writeFileSync(join(theirs, 'file'), '');
    symlinkSync(theirs, join(homeOf(1), '.cruc-fleet'));
    const { status, failed } = await states('clean', '1');
    expect(status).toBe(3);
    expect(failed).toEqual([expect.stringMatching(/symbolic link.*nothing was removed/)]);
    expect(existsSync(join(theirs, 'file'))).toBe(true);
    rmSync(join(homeOf(1), '.cruc-fleet'));
  });
});

describe('recordings of push and clean', () => {
  it.each(['push', 'clean'])('%s is printed again as it was', async (command) => {
    const to = join(rack.folder, `recorded-${command}`);
    const argv = [command, '-r', '*', '-i', rack.inventory, '-o', 'json', '--record', to];
    const first = await runWithFew(argv);
    expect(first.status).toBe(3);
    expect(JSON.parse(first.stdout).rows.length).toBeGreaterThan(0);
    expect(await run(['replay', to, '-o', 'json'])).toEqual(first);
  });
});
