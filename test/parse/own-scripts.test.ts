import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { parseHistograms } from '../../src/parse/histograms.ts';
import { parseJsonLines } from '../../src/parse/json-lines.ts';
import { parseProbeTable } from '../../src/parse/probe-samples.ts';
import { drawQuantize } from './draw-histogram.ts';
import { fixture } from './fixtures.ts';
import { sized } from '../support/sized.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** What each of our scripts printed on a simulated sled with one upstairs process of two disks, in nine seconds. */
const NAMES = readdirSync(FIXTURES).filter((name) => existsSync(`${FIXTURES}${name}/one-sled.txt`));
const LATENCIES = NAMES.filter((name) => name.startsWith('perf'));
const TABLES = NAMES.filter((name) => !name.startsWith('perf') && name !== 'upstairs_raw');

function output(name: string): string {
  return fixture(`${name}/one-sled.txt`);
}

function rowsOf(text: string): readonly Row[] {
  return parseProbeTable(text).sections.flatMap((section) => section.rows);
}

/** Places to cut a text at: all of them in a short one, a hundred or more in a long one. */
function cutsOf(text: string): readonly number[] {
  const stride = Math.ceil(text.length / sized(25, 10_000));
  return Array.from({ length: Math.floor(text.length / stride) }, (_, i) => i * stride);
}

describe.each(LATENCIES)('the histograms of %s', (name) => {
  const text = output(name);

  it('are read whole: drawn again, they are the same text', () => {
    const { distributions, issues, other } = parseHistograms(text);
    expect([issues, other]).toEqual([[], []]);
    expect(distributions.length).toBeGreaterThan(0);
    const drawn = distributions.map(({ keys, histogram }) => {
      const line = Object.entries(keys).map(([key, value]) => `${key}=${value}`);
      const counts = new Map(histogram.buckets.map(({ low, count }) => [low!, count]));
      return `${line.join(' ')}${drawQuantize(counts)}\n`;
    });
    expect(drawn.join('').trimEnd()).toBe(text.trimEnd());
  });

  it('are never read as others without a word where the text is cut', () => {
    const whole = parseHistograms(text).distributions;
    for (const end of cutsOf(text)) {
      const { distributions, issues } = parseHistograms(text.slice(0, end));
      const known = issues.length === 0 ? distributions : distributions.slice(0, -1);
      expect(known).toEqual(whole.slice(0, known.length));
    }
  });
});

describe.each(TABLES)('the table of %s', (name) => {
  const text = output(name);

  it('is read whole, under names of its own', () => {
    const { sections, issues, other } = parseProbeTable(text);
    expect([issues, other]).toEqual([[], []]);
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const rows = rowsOf(text);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length + sections.length).toBe(lines.length);
    for (const { columns } of sections) expect(new Set(columns).size).toBe(columns.length);
    expect(rows[0]).toMatchObject({ zone: expect.stringMatching(/^oxz_/), pid: expect.any(Number) });
  });

  it('never holds another value where the text is cut', () => {
    const whole = rowsOf(text);
    for (const end of cutsOf(text)) {
      const cut = text.slice(0, end);
      for (const [i, row] of rowsOf(cut).entries()) {
        for (const [key, value] of Object.entries(row))
          if (value !== null) expect(value).toBe(whole[i]?.[key]);
      }
      const last = cut.slice(cut.lastIndexOf('\n') + 1);
      if (last.trim() !== '') expect(parseProbeTable(cut).issues.length).toBeGreaterThan(0);
    }
  });
});

describe('the lines of upstairs_raw', () => {
  it('are read whole, their time exact', () => {
    const { values, issues } = parseJsonLines(output('upstairs_raw'));
    expect(issues).toEqual([]);
    expect(values).toHaveLength(
      output('upstairs_raw')
        .split('\n')
        .filter((line) => line !== '').length,
    );
    for (const value of values) {
      expect(value['time_ns']).toMatch(/^\d{19}$/);
      expect(value['status']).toMatchObject({ ds_state: expect.any(Array) });
    }
  });
});
