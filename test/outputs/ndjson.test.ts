import { describe, expect, it } from 'vitest';
import { openLive } from '../../src/cli/run/arriving-rows.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import type { RenderContext } from '../../src/drawing/render-context.ts';
import { fleetRow } from '../../src/fleet/merge.ts';
import type { Row } from '../../src/model/column.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { ndjson } from '../../src/outputs/ndjson.ts';
import { rowAsJson } from '../../src/outputs/report-json.ts';
import { PROBES } from '../../src/probes/index.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { outputOf } from '../support/script-fixtures.ts';
import { lineErrors } from '../support/report-schema.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { answered, report } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const PIPE: RenderContext = { width: null, color: false, headers: true, columns: null };
const at = new Date('2026-11-22T10:00:01.000Z');
const sled = makeSled(4);

/** A row with a value of its own in each column. */
function rowOf(probe: ProbeSpec): Row {
  return Object.fromEntries(
    probe.columns.map(({ name, kind }, index) => [
      name,
      kind === 'count' ? index : kind === 'state' ? 'active' : kind === 'health' ? 'ok' : `${name}-value`,
    ]),
  );
}

function linesOf(text: Iterable<string>): readonly Record<string, unknown>[] {
  return [...text]
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The cells of a row as a line should have them: all at the top, a column `type` as `io_type`. */
function cellsOf(row: Row, probe: ProbeSpec): object {
  const { type, ...others } = rowAsJson(null, probe.columns)(fleetRow(sled, row));
  return type === undefined ? others : { ...others, io_type: type };
}

const probes: readonly ProbeSpec[] = PROBES;
const tables = probes.filter(({ shape }) => shape === 'rows');

describe('a line of ndjson', () => {
  it.each(tables)('says that it is a row, and has every cell beside: $name', (probe) => {
    const row = rowOf(probe);
    const what = report([answered(4, [row])], { probe, probeColumns: probe.columns });
    const lines = linesOf(ndjson.render(what, PIPE));
    expect(lines[1]).toEqual({ type: 'row', ...cellsOf(row, probe) });
    expect(lines.map(({ type }) => type)).toEqual([
      'sled',
      'row',
      ...what.findings.map(() => 'finding'),
      'report',
    ]);
    for (const line of lines) expect(lineErrors(line)).toEqual([]);
  });

  it.each(probes.filter(({ shape }) => shape === 'distributions'))(
    'says that it is a distribution, whatever its keys are: $name',
    (probe) => {
      const keys = rowOf(probe);
      const { histogram } = onSled(4, {}, quantize({ 1024: 5 }));
      const outcome = answered(4, [], { distributions: [{ keys, histogram }] });
      const lines = linesOf(ndjson.render(report([outcome], { probe, probeColumns: probe.columns }), PIPE));
      expect(lines.map(({ type }) => type)).toEqual(['sled', 'distribution', 'report']);
      for (const line of lines) expect(lineErrors(line)).toEqual([]);
    },
  );

  it('is told by the schema when its type is a value of a row', () => {
    expect(lineErrors({ type: 'read', rack: '3', sled: '3/x' })).not.toEqual([]);
  });

  it('loses nothing of a script whose columns have the names of the envelope', () => {
    const row = { type: 'a', io_type: 'b', time: 'c' };
    const what = report([answered(4, [row])]);
    expect(linesOf(ndjson.render(what, PIPE))[1]).toMatchObject({
      type: 'row',
      io_io_type: 'a',
      io_type: 'b',
      time: 'c',
    });
    const { arriving } = ndjson;
    if (typeof arriving === 'string') throw new Error(arriving);
    expect(JSON.parse(arriving(row, at, [], null))).toEqual({
      type: 'row',
      time: at.toISOString(),
      io_io_type: 'a',
      io_type: 'b',
      io_time: 'c',
    });
  });

  it('has the columns that were asked for', () => {
    const probe = tables.find(({ name }) => name === 'tracegw')!;
    const what = report([answered(4, [rowOf(probe)])], { probe, probeColumns: probe.columns });
    const [, row] = linesOf(ndjson.render(what, { ...PIPE, columns: ['type', 'pid'] }));
    expect(row).toEqual({ type: 'row', io_type: 'type-value', pid: expect.any(Number) });
  });
});

describe('a row of ndjson that is written as it arrives', () => {
  const { arriving } = ndjson;

  it.each(tables)('says that it is a row and when it came, and has every cell beside: $name', (probe) => {
    if (typeof arriving === 'string') throw new Error(arriving);
    const row = rowOf(probe);
    const line = JSON.parse(arriving(fleetRow(sled, row), at, probe.columns, null));
    expect(line).toEqual({ type: 'row', time: at.toISOString(), ...cellsOf(row, probe) });
    expect(lineErrors(line)).toEqual([]);
  });

  const streaming = probes.filter(({ stream }) => stream !== undefined);

  it.each(streaming)('is written by run: $name', async (probe) => {
    const { written, surroundings } = capture();
    const options = {
      output: 'ndjson',
      headers: true,
      concurrency: 1,
      maxAuthFailures: 3,
      handshakes: 1,
      uploadTimeout: 1,
    };
    const settings = { ...SETTINGS, interval: 1 };
    const live = await openLive(probe, settings, options, surroundings, null);
    live.settings.onText?.(sled, outputOf(probe));
    live.close();
    expect(live.streamed).toBe(true);
    const lines = linesOf(written);
    expect(lines.length).toBeGreaterThan(0);
    const hasType = probe.columns.some(({ name }) => name === 'type');
    for (const line of lines) {
      expect(line).toMatchObject({ type: 'row', time: at.toISOString(), sled: sled.id });
      expect(Object.hasOwn(line, 'io_type')).toBe(hasType);
      expect(lineErrors(line)).toEqual([]);
    }
  });

  it('of these probes among others', () => {
    const names = streaming.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['tracegw', 'trace-vol', 'upstairs_raw', 'upstairs_info']));
  });
});

function capture() {
  const written: string[] = [];
  const stream = {
    stream: process.stdout,
    isTerminal: false,
    width: () => null,
    color: false,
    write: (text: string) => void written.push(text),
  };
  const surroundings = { terminal: { out: stream, err: stream }, now: () => at, elapsed: () => 0 };
  return { written, surroundings: surroundings as unknown as Surroundings };
}
