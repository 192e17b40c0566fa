import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnything, type Piece } from '../../src/parse/anything.ts';
import { sized } from '../support/sized.ts';
import { drawQuantize } from './draw-histogram.ts';
import { fixture, fixturesIn } from './fixtures.ts';

const HISTOGRAM = drawQuantize(new Map([[8n, 3n]]));

function kinds(pieces: readonly Piece[]): readonly string[] {
  return pieces.map((piece) => piece.kind);
}

describe('parseAnything', () => {
  it('splits what a script printed into its kinds, in order', () => {
    const text =
      'starting\n' +
      'PID    READS\n  7       12\n\n  8       13\n' +
      `zone=a pid=7${HISTOGRAM}\n` +
      `  ${'open'.padEnd(50)} ${'12'.padStart(16)}\n` +
      '{"a":1}\n{"a":2}\n' +
      'the end\n';
    const { pieces, issues } = parseAnything(text);
    expect(issues).toEqual([]);
    expect(pieces).toEqual([
      { kind: 'other', lines: ['starting'] },
      {
        kind: 'table',
        headings: ['PID', 'READS'],
        rows: [
          ['7', '12'],
          ['8', '13'],
        ],
      },
      {
        kind: 'histograms',
        distributions: [
          {
            keys: { zone: 'a', pid: 7 },
            histogram: { shape: 'quantize', buckets: [{ low: 8n, high: 15n, count: 3n }] },
            isQuotient: false,
            isCut: false,
            place: { title: '8       13', record: null, joint: null, isUnclear: false },
          },
        ],
      },
      { kind: 'counts', counts: [{ keys: ['open'], count: 12n }] },
      { kind: 'json', values: [{ a: 1 }, { a: 2 }] },
      // Under headings of two columns two words are a row.
      { kind: 'table', headings: ['PID', 'READS'], rows: [['the', 'end']] },
    ]);
  });

  it('begins a piece with each occurrence of headings, and goes on with a table after an odd line', () => {
    const { pieces } = parseAnything('PID READS\n7 12\nPID READS\n7 13\nan odd line\n8 1\n');
    expect(kinds(pieces)).toEqual(['table', 'table', 'other', 'table']);
  });

  it('takes headings without a row for another line', () => {
    expect(parseAnything('HELLO WORLD\n').pieces).toEqual([{ kind: 'other', lines: ['HELLO WORLD'] }]);
  });

  it('keeps CPU and probe of records that hold no more, and the text of those that do', () => {
    const text =
      'CPU     ID                    FUNCTION:NAME\n' +
      '  3   1234                       read:entry \n' +
      '  4   1235                      write:entry hello\n' +
      `  4   1236                         :tick-5s   ${'open'.padEnd(50)} ${'12'.padStart(16)}\n`;
    expect(parseAnything(text).pieces).toEqual([
      {
        kind: 'firings',
        firings: [
          { cpu: 3, id: 1234, probe: 'read:entry', text: '' },
          { cpu: 4, id: 1235, probe: 'write:entry', text: 'hello' },
        ],
      },
      { kind: 'counts', counts: [{ keys: ['open'], count: 12n }] },
    ]);
  });

  it('says of a last line without its end that it may be cut', () => {
    const { issues } = parseAnything('PID READS\n7 12');
    expect(issues.map((issue) => issue.code)).toEqual(['warning']);
  });

  it('finds the tables and histograms of the seed', () => {
    const kindsOf = (name: string): readonly string[] =>
      kinds(parseAnything(fixture(`seed/${name}.txt`)).pieces).filter((kind) => kind !== 'other');
    expect(kindsOf('all_downstairs')).toEqual(['table', 'table', 'table']);
    expect(kindsOf('perf-ds-net')).toEqual(['histograms']);
    expect(kindsOf('perf-vol')).toEqual(['firings', 'histograms']);
    for (const name of [
      'downstairs_count',
      'single_up_info',
      'upstairs_action',
      'upstairs_info',
      'upstairs_count',
    ]) {
      expect(kindsOf(name)).toEqual(['table']);
    }
  });

  it('never throws, and loses no line of any sample, whole or cut', () => {
    for (const name of fixturesIn('seed')) {
      const text = fixture(`seed/${name}.txt`);
      for (let end = 0; end <= text.length; end += sized(53, 1)) {
        const cut = text.slice(0, end);
        const said = cut.split('\n').filter((line) => line.trim() !== '' && !/ CPU |FUNCTION/.test(line));
        const { pieces, issues } = parseAnything(cut);
        // Of a histogram without any count only the issue is left, which names it.
        expect(linesIn(pieces) + issues.length).toBeGreaterThanOrEqual(said.length - rowsOfHistograms(cut));
      }
    }
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('PID READS', '7 12', '{"a":1}', '  8 |@ 1', HISTOGRAM),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const text = lines.join('\n');
        const { pieces, issues } = parseAnything(text);
        expect(linesIn(pieces) + issues.length > 0).toBe(text.trim() !== '');
      }),
    );
  });
});

/** Things in the pieces; each of them is one line of the text at least. */
function linesIn(pieces: readonly Piece[]): number {
  let lines = 0;
  for (const piece of pieces) {
    switch (piece.kind) {
      case 'table':
        lines += piece.rows.length + 1;
        break;
      case 'histograms':
        lines += piece.distributions.length;
        break;
      case 'counts':
        lines += piece.counts.length;
        break;
      case 'json':
        lines += piece.values.length;
        break;
      case 'firings':
        lines += piece.firings.length;
        break;
      case 'other':
        lines += piece.lines.length;
        break;
    }
  }
  return lines;
}

/** Lines of histograms, of which a distribution has many. */
function rowsOfHistograms(text: string): number {
  return text.split('\n').filter((line) => line.includes('|') || line.includes('Distribution')).length;
}
