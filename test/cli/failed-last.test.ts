import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run as runProgram, startProgram } from '../support/run-program.ts';

const rack = withRack({
  sledsPerRack: 5,
  propolisPerSled: 1,
  down: new Map([
    ['3/1', 'refused'],
    ['3/2', 'no-dtrace-privileges'],
    ['3/3', 'disk-full'],
  ]),
});

let state: string;
let count = 0;

beforeEach(() => {
  count += 1;
  state = join(rack.folder, `state${count}`);
});

/** In front: what follows -- is the command's. */
const onRack = (command: string, ...argv: readonly string[]) => [command, '-i', rack.inventory, ...argv];
const run = (command: string, ...argv: readonly string[]) =>
  runProgram(onRack(command, ...argv), { env: { XDG_STATE_HOME: state } });
const json = async (command: string, ...argv: readonly string[]) => {
  const ended = await run(command, '-o', 'json', ...argv);
  return { ...ended, report: JSON.parse(ended.stdout) };
};
const cubbies = (report: { sleds: { cubby: number }[] }) => report.sleds.map(({ cubby }) => cubby);

describe('--failed-last', () => {
  it('asks the sleds that did not answer, until each has', async () => {
    const first = await json('ds-state');
    expect(first.report.coverage).toMatchObject({ selected: 5, failed: 3 });
    const second = await json('exec', '--failed-last', '--', 'true');
    expect(cubbies(second.report)).toEqual([1, 2, 3]);
    expect(second.report.selection).toBe('all sleds, failed last');
    expect(second.stderr).toMatch(
      /^the last run over .*inventory\.yaml was ds-state of all sleds, begun 2.*Z: 3 did not answer, 3 of them selected$/m,
    );
    const third = await json('exec', '--failed-last', '--', 'true');
    expect(cubbies(third.report)).toEqual([1]);
    const { report } = await json('exec', '-s', '0', '--', 'true');
    expect(report.complete).toBe(true);
    const none = await run('exec', '--failed-last', '--', 'true');
    expect(none.status).toBe(64);
    expect(none.stderr).toMatch(/every sled answered in the last run over .* \(exec of cubby 0, begun /);
  });

  it('narrows a selection down, and forgets none that it leaves out', async () => {
    await run('ds-state');
    const one = await json('exec', '--failed-last', '-s', '2', '--', 'true');
    expect(cubbies(one.report)).toEqual([2]);
    const { stdout } = await rack.run(['inventory', 'list', '--failed-last', '--no-headers'], {
      env: { XDG_STATE_HOME: state },
    });
    expect(stdout.split('\n').map((line) => line.split(/\s+/)[1])).toEqual(['1', '3', undefined]);
    const other = await run('exec', '--failed-last', '-s', '0', '--', 'true');
    expect(other.stderr).toMatch(/none of those that did not answer is selected in the last run/);
  });

  it('leaves the record to runs that answer a question: doctor reads it and keeps it', async () => {
    await run('ds-state');
    const before = readFileSync(fileOf(state), 'utf8');
    const { report } = await json('doctor', '--failed-last');
    expect(cubbies(report)).toEqual([1, 2, 3]);
    expect(readFileSync(fileOf(state), 'utf8')).toBe(before);
  });

  it('has sleds on record that were not tried', async () => {
    const started = join(rack.simulation.environmentFor('3/0').HOME, 'started');
    const argv = ['--concurrency', '1', '-s', '0,4', '--', ': >"$HOME/started"; sleep 600'];
    const running = startProgram(onRack('exec', ...argv), { env: { XDG_STATE_HOME: state } });
    await expect.poll(() => existsSync(started)).toBe(true);
    running.interrupt();
    expect((await running.ended).status).toBe(130);
    expect(cubbies((await json('exec', '--failed-last', '--', 'true')).report)).toEqual([0, 4]);
  });

  it('says where no run is on record', async () => {
    const { status, stderr } = await run('ds-state', '--failed-last');
    expect(status).toBe(64);
    expect(stderr).toMatch(/no run over .*inventory\.yaml is on record/);
  });

  it('does not stop a run that cannot keep a record', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'cruc-fleet'), 'in the way');
    const { status, stderr } = await run('exec', '-s', '0', '--', 'true');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: --failed-last will not know this run: /m);
    const homeless = await runProgram(onRack('exec', '-s', '0', '--', 'true'));
    expect(homeless).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('--explain', () => {
  it('tells the steps of the sleds that did not answer, and of no other', async () => {
    const { status, stdout, stderr } = await run('ds-state', '--explain', '-o', 'json');
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report.probe).toBe('ds-state');
    expect(stderr).toMatch(/^--explain: 3 of 5 sleds did not answer in full$/m);
    expect(stderr).toMatch(/^tcp +FAILED .* 3\/1 +its address refused the connection/m);
    expect(stderr).toMatch(/^dtrace +FAILED +[\d.]+ ms +3\/2 .*additional privileges/m);
    expect(stderr).toMatch(/^home +FAILED +[\d.]+ ms +3\/3 +no space: 0 KiB free/m);
    expect(stderr).not.toMatch(/all 5|3\/0|3\/4/);
  });

  it('says nothing where every sled answered', async () => {
    expect(await run('exec', '--explain', '-s', '0', '--', 'true')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('--audit-log', () => {
  const log = () => join(rack.folder, `audit${count}.jsonl`);

  it('has a line for each command on each sled, uploads and what explains a failure too', async () => {
    await run('clean', '-s', '0,1,2');
    await run('ds-state', '-s', '0,1,2', '--explain', '--audit-log', log());
    const lines = readFileSync(log(), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const told = lines.map(
      ({ sled, stage, command, status }) => `${sled.slice(-1)} ${stage} ${command} ${status}`,
    );
    expect(told.toSorted()).toEqual([
      '0 run get-ds-state.sh -f -w 3 0',
      '0 run get-ds-state.sh -f -w 3 222',
      '0 upload upload of get-ds-state.sh upstairs-status.d upstairs-status.sh 0',
      '2 run doctor.sh 0',
      '2 run get-ds-state.sh -f -w 3 1',
      '2 run get-ds-state.sh -f -w 3 222',
      '2 upload upload of get-ds-state.sh upstairs-status.d upstairs-status.sh 0',
    ]);
    expect(new Set(lines.map((line) => line.run)).size).toBe(1);
    expect(lines[0]).toMatchObject({ user: 'tester', host: 'tester.example' });
  });

  it('that cannot be written ends the run before anything is run', async () => {
    const before = rack.simulation.connections('3/0');
    const path = join(rack.folder, 'no', 'audit.jsonl');
    const { status, stderr } = await run('exec', '-s', '0', '--audit-log', path, '--', 'true');
    expect(status).toBe(64);
    expect(stderr).toMatch(/--audit-log: .* cannot be written, and nothing was run: ENOENT/);
    expect(rack.simulation.connections('3/0')).toBe(before);
  });
});

function fileOf(folder: string): string {
  const runs = join(folder, 'cruc-fleet', 'last-run');
  const [name = ''] = readdirSync(runs);
  return join(runs, name);
}
