import { describe, expect, it } from 'vitest';
import { stepLines } from '../../src/drawing/step-table.ts';
import { fleetRow } from '../../src/fleet/merge.ts';
import type { Row } from '../../src/model/column.ts';
import { answered } from '../support/reports.ts';

const SLEDS = [0, 1, 2].map((cubby) => answered(cubby, []));

function row(cubby: number, step: string, change: Row = {}): Row {
  const { sled } = answered(cubby, []);
  return fleetRow(sled, {
    step,
    result: 'ok',
    ms: null,
    answer: 'well',
    details: null,
    remedy: null,
    ...change,
  });
}

function lines(rows: readonly Row[], width: number | null = null, wide = false): readonly string[] {
  const text = [
    ...stepLines({ outcomes: SLEDS, rows }, { width, headers: false }, (each) => each, wide),
  ].join('');
  return text.trimEnd().split('\n');
}

const all = (step: string, change: Row = {}) => [0, 1, 2].map((cubby) => row(cubby, step, change));
const NOT_TRIED = { result: 'not_tried', answer: 'not tried: TCP failed' };

describe('a table of steps', () => {
  it('says once what is the same on every sled, with the range of its times', () => {
    const rows = [row(0, 'tcp', { ms: 1.25 }), row(1, 'tcp', { ms: 12.6 }), row(2, 'tcp', { ms: 3 })];
    expect(lines(rows)).toEqual(['tcp   ok      1.3-13 ms  all 3  well']);
  });

  it('names the sleds where a step ended differently, and what to do', () => {
    const failed = { result: 'failed', answer: 'refused', remedy: 'look at it' };
    expect(lines([row(0, 'tcp'), row(1, 'tcp', failed), row(2, 'tcp')])).toEqual([
      'tcp   ok            3/[0,2]  well',
      'tcp   FAILED        3/1      refused',
      '                             -> look at it',
    ]);
  });

  it('says once of steps that follow each other why they were not tried, by sled', () => {
    const rows = ['banner', 'key_exchange', 'shell'].flatMap((step) => [
      row(0, step),
      row(1, step, NOT_TRIED),
    ]);
    expect(lines(rows)).toEqual([
      'banner           ok            3/0    well',
      'banner to shell  -             3/1    not tried: TCP failed',
      'key exchange     ok            3/0    well',
      'shell            ok            3/0    well',
    ]);
  });

  it('keeps what was tried on some of these sleds apart', () => {
    const rows = [...all('banner', NOT_TRIED), row(0, 'shell', NOT_TRIED), row(1, 'shell'), row(2, 'shell')];
    expect(lines(rows)).toEqual([
      'banner  -             all 3    not tried: TCP failed',
      'shell   -             3/0      not tried: TCP failed',
      'shell   ok            3/[1-2]  well',
    ]);
  });

  it('folds no steps between which another one was tried', () => {
    const rows = [row(0, 'dtrace', NOT_TRIED), row(0, 'crucible'), row(0, 'versions', NOT_TRIED)];
    expect(lines(rows)).toEqual([
      'dtrace    -             3/0    not tried: TCP failed',
      'crucible  ok            3/0    well',
      'versions  -             3/0    not tried: TCP failed',
    ]);
  });

  it('tells details apart only where it is wide', () => {
    const rows = all('address').map((each, n) => ({ ...each, details: `fd00::${n}` }));
    expect(lines(rows)).toHaveLength(1);
    expect(lines(rows, null, true)).toEqual([
      'address  ok            3/0    well (fd00::0)',
      'address  ok            3/1    well (fd00::1)',
      'address  ok            3/2    well (fd00::2)',
    ]);
  });

  it('fits a terminal', () => {
    const rows = all('dtrace', {
      result: 'failed',
      answer: 'a long answer '.repeat(9),
      remedy: 'much to do '.repeat(9),
    });
    for (const line of lines(rows, 60)) expect(line.length).toBeLessThanOrEqual(60);
  });
});
