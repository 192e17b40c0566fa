import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createTerminal } from '../../src/term/terminal.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';

/** Runs that are watched or ended while they run: in real time, each on a sled of its own. */
const rack = withRack({ sledsPerRack: 4, propolisPerSled: 1, ioRate: 25, seed: 5, time: 'real' });

/** How often a probe fired on a sled while somebody listened. */
function firings(name: string): number {
  const { id } = rack.simulation.world.sled(name);
  const { io } = rack.simulation.truth().sleds.find((sled) => sled.id === id)!;
  return io.processes.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
}

/** Starts a run, and presses Ctrl-C when so many probes have fired. */
async function interruptedRun(sled: string, enough: number, ...argv: readonly string[]) {
  const running = rack.start(['run', ...argv, '--sled', sled, '-o', 'json']);
  await vi.waitFor(() => expect(firings(sled)).toBeGreaterThan(enough), { timeout: 60_000 });
  expect(rack.simulation.tracing(sled)).toBe(1);
  running.interrupt();
  const { status, stdout } = await running.ended;
  expect(status).toBe(130);
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  expect(report).toMatchObject({ interrupted: true, complete: false });
  expect(report.sleds[0].issues[0].message).toMatch(/^interrupted after .*: this is what had arrived/);
  await vi.waitFor(() => expect(rack.simulation.tracing(sled)).toBe(0), { timeout: 60_000 });
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
    const out = new PassThrough();
    let written = '';
    out.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    const stream = Object.assign(out, { isTTY: true, columns: 160, rows: 30 });
    const terminal = createTerminal(
      stream as unknown as NodeJS.WriteStream,
      new PassThrough() as unknown as NodeJS.WriteStream,
      {},
      { readerGone: () => {}, failed: () => {} },
    );
    const argv = ['run', 'all_downstairs', '--for', '3s', '--interval', '1s', '--sled', '3/1'];
    expect(await rack.run(argv, { terminal })).toMatchObject({ status: 0 });
    const [live, answer] = written.split(/(?=1 of 1 sled answered)/);
    expect(live).toMatch(/all_downstairs: .* of 3 s, every 1 s/);
    expect(live).toMatch(/ZONE +PID .* AGE/);
    expect(live!.lastIndexOf('WU<')).toBeGreaterThan(live!.lastIndexOf('AGE'));
    expect(answer).toBeDefined();
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
