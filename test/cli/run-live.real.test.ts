import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createTerminal } from '../../src/term/terminal.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

/** Runs that are watched or ended while they run: in real time, each on a sled of its own. */
const rack = withRack({ sledsPerRack: 6, propolisPerSled: 1, ioRate: 25, seed: 5, time: 'real' });

/** Standard output of a person, and a file for standard error. */
function fakeTerminal() {
  const texts = { out: '', err: '' };
  const stream = (name: 'out' | 'err', more: object) => {
    const pipe = new PassThrough();
    pipe.on('data', (chunk: Buffer) => {
      texts[name] += chunk.toString();
    });
    return Object.assign(pipe, more) as unknown as NodeJS.WriteStream;
  };
  const out = stream('out', { isTTY: true, columns: 160, rows: 30 });
  const ends = { readerGone: () => {}, failed: () => {} };
  const terminal = createTerminal(out, stream('err', {}), { TERM: 'xterm', NO_COLOR: '1' }, ends);
  return { terminal, written: () => texts.out, said: () => texts.err };
}

/** How often a probe fired on a sled while somebody listened. */
function firings(name: string): number {
  const { id } = rack.simulation.world.sled(name);
  const { io } = rack.simulation.truth().sleds.find((sled) => sled.id === id)!;
  return io.processes.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
}

let recordings = 0;

/** Starts a run, and presses Ctrl-C when so many probes have fired. */
async function interruptedRun(sled: string, enough: number, ...argv: readonly string[]) {
  const to = join(rack.folder, `recorded-${recordings++}`);
  const running = rack.start(['run', ...argv, '--sled', sled, '-o', 'json', '--record', to]);
  await vi.waitFor(() => expect(firings(sled)).toBeGreaterThan(enough), { timeout: 120_000 });
  expect(rack.simulation.tracing(sled)).toBe(1);
  running.interrupt();
  const { status, stdout } = await running.ended;
  expect(status).toBe(130);
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  expect(report).toMatchObject({ interrupted: true, complete: false });
  expect(report.sleds[0].issues[0].message).toMatch(/^interrupted after .*: this is what had arrived/);
  expect(await run(['replay', to, '-o', 'json'])).toMatchObject({ status: 130, stdout });
  await vi.waitFor(() => expect(rack.simulation.tracing(sled)).toBe(0), { timeout: 120_000 });
  return report;
}

describe.concurrent('a run that is watched', () => {
  it('with -o ndjson streams each row once, with its sled and when it came, before the rest', async () => {
    const argv = [
      'run',
      'all_downstairs',
      '--for',
      '3s',
      '--interval',
      '1s',
      '--sled',
      '3/0',
      '-o',
      'ndjson',
    ];
    const { stdout } = await rack.run(argv);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rows = lines.filter((line) => line.type === 'row');
    // Two processes that work all the time, in three intervals; a machine that is busy may leave one out.
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThan(7);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
    expect(new Set(rows.map((row) => row.sled))).toEqual(new Set([rack.simulation.sleds[0]!.id]));
    const times = rows.map((row) => Date.parse(row.time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBeGreaterThan(1);
    expect(lines.slice(rows.length).map((line) => line.type)).toEqual(['sled', 'report']);
  });

  it('on a terminal shows rows while they arrive, with their age, and then the answer', async () => {
    const { terminal, written } = fakeTerminal();
    const argv = ['run', 'all_downstairs', '--for', '3s', '--interval', '1s', '--sled', '3/1'];
    expect(await rack.run(argv, { terminal })).toMatchObject({ status: 0 });
    // The screen of a watch, and after it, on the terminal as it was, the answer alone.
    const [live = '', answer = ''] = written().split('\u001B[?1049l');
    expect(live.startsWith('\u001B[?1049h')).toBe(true);
    expect(live).toMatch(/cruc-fleet run all_downstairs: .*, 3s at most, every 1s/);
    expect(live).toMatch(/1 of 1 sleds live; [12] rows?/);
    expect(live).toMatch(/AGE +.*ZONE +PID .*WU</);
    expect(answer).toMatch(/1 of 1 sled answered/);
    expect(answer).not.toContain('AGE');
  });
});

describe.concurrent('latencies on a terminal', () => {
  it('are shown by interval as each ends, and then as a whole', async () => {
    const { terminal, written } = fakeTerminal();
    const argv = ['run', 'perf-downstairs', '-w', '5s', '--interval', '1s', '--sled', '3/0', '--summary'];
    expect(await rack.run(argv, { terminal })).toMatchObject({ status: 0 });
    const [live = '', answer] = written().split('\n\n');
    expect(live.match(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/gm)!.length).toBeGreaterThan(2);
    // Headings are said again where an interval needs others, as one without a type that the last one had.
    const headings = live.match(/^TYPE +COUNT.*/gm)!;
    expect(headings.filter((heading, n) => heading === headings[n - 1])).toEqual([]);
    expect(live).toMatch(/^read +\d+ /m);
    expect(answer).toMatch(/^TYPE +COUNT/);
  });
});

describe.concurrent('Ctrl-C in a run', () => {
  it('that prints at its end shows the distributions until then, as answers in part', async () => {
    const report = await interruptedRun('3/2', 100, 'perf-downstairs', '--for', '10m');
    expect(report.distributions.groups.length).toBeGreaterThan(0);
  });

  it('that prints intervals ends dtrace on the sled and shows what had come', async () => {
    // More than one interval's worth: 2 processes, 25 jobs a second, 5 probes each.
    const report = await interruptedRun('3/3', 700, 'all_downstairs', '--for', '10m', '--interval', '1s');
    expect(report.rows).toHaveLength(2);
    for (const row of report.rows) expect(row).toMatchObject({ note: null, work_done: expect.any(Number) });
  });
});

describe.concurrent('a run on a terminal that is told no time', () => {
  it.each([
    ['3/4', 'perf-downstairs', '-o', 'json'],
    ['3/5', 'all_downstairs', '-o', 'json', '--totals'],
  ])('goes on until Ctrl-C, and its answer is whole up to then: %s %s', async (sled, ...argv) => {
    const { terminal, written, said } = fakeTerminal();
    const running = rack.start(['run', ...argv, '--sled', sled], { terminal });
    await vi.waitFor(() => expect(firings(sled)).toBeGreaterThan(300), { timeout: 120_000 });
    running.interrupt();
    const { status } = await running.ended;
    const report = JSON.parse(written());
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({ interrupted: false, complete: true });
    expect(report.sleds[0]).toMatchObject({ status: 'answered', issues: [], processes: 2 });
    expect(report.rows.length + (report.distributions?.groups.length ?? 0)).toBeGreaterThan(1);
    expect(said()).toMatch(
      /^until Ctrl-C, at most 1h; --window 30s ends by itself\nended by Ctrl-C after [\d.]+ s: 1 of 1 answers are whole up to then\n$/,
    );
    expect(status).toBe(0);
    await vi.waitFor(() => expect(rack.simulation.tracing(sled)).toBe(0), { timeout: 120_000 });
  });
});
