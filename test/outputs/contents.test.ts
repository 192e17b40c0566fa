import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkOutput } from '../../src/cli/options/output-options.ts';
import type { RenderContext } from '../../src/drawing/render-context.ts';
import { columnsOfRows, ownScript } from '../../src/kinds/own-script.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { OUTPUTS } from '../../src/outputs/index.ts';
import { contentsIn, makeOutput, type Content } from '../../src/outputs/output.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { answered, printed, printedReport, report, steppedReport } from '../support/reports.ts';

const CONTENTS = ['rows', 'printed', 'steps', 'distributions', 'texts'] as const satisfies readonly Content[];
const PIPE: RenderContext = { width: null, color: false, headers: true, columns: null };

/** What a user's own script may print, all of it at once. */
const ROWS = [{ zone: 'zone-witness', pid: 12, count: 7777 }];
const everything: FleetReport = report(
  [
    answered(1, ROWS, {
      distributions: [
        { keys: { key_1: 'key-witness' }, histogram: onSled(1, {}, quantize({ 1024: 5 })).histogram },
      ],
      text: 'the witness, "speaks"\nand goes\n',
    }),
  ],
  { probe: ownScript('mine.d', 'mine.d', []), probeColumns: columnsOfRows(ROWS) },
);
const ended = printedReport([printed(1, { status: 77, stdout: 'said\nby the witness\n' })]);

const stepped = steppedReport([{ step: 'tcp', result: 'failed', answer: 'the witness refused' }]);

/** What of each kind a reader finds again, in some form. */
const WITNESS: Readonly<Record<Content, RegExp>> = {
  rows: /zone-witness|7777/,
  printed: /by the witness|3\/BRM42220001$|cruc_fleet_exec_status\{.*\} 77$/m,
  steps: /the witness\s+refused|3\/BRM42220001\/tcp$/m,
  distributions: /key-witness/,
  texts: /and goes/,
};

const reportWith = (content: Content) =>
  content === 'printed' ? ended : content === 'steps' ? stepped : everything;

describe('an output', () => {
  const ways = OUTPUTS.flatMap((output) =>
    CONTENTS.map((content) => ({ output, content, name: output.name })),
  );

  it.each(ways)('shows or refuses what a report holds: $name, $content', ({ output, content }) => {
    const what = reportWith(content);
    expect(contentsIn(what)).toContain(content);
    const way = output.contents[content];
    const text = [...output.render(what, PIPE)].join('');
    if ('shown' in way) expect(text).toMatch(WITNESS[content]);
    else {
      expect(text).not.toMatch(WITNESS[content]);
      expect(way.refused).toMatch(/; use -o \w+/);
      expect(() => checkOutput(output, content)).toThrow(`-o ${output.name}: ${way.refused}`);
    }
  });

  it('that leaves one out does not compile', () => {
    const shown = { shown: 'x', part: () => '' };
    const partial = { rows: shown, printed: shown, steps: shown, distributions: shown };
    const frame = { name: 'x', summary: 'x', saysCoverage: true, whole: () => [], check: 'report' } as const;
    // @ts-expect-error texts are left out
    makeOutput<string>({ ...frame, contents: partial, arriving: 'at the end' });
    // @ts-expect-error it does not say what it does with rows that arrive
    makeOutput<string>({ ...frame, contents: { ...partial, texts: shown } });
    expect(
      makeOutput<string>({ ...frame, contents: { ...partial, texts: shown }, arriving: 'at the end' }),
    ).toBeTruthy();
  });

  it('gives the parts in the order in which they are written, those of the report alone', () => {
    const part = (name: string) => ({ shown: name, part: () => name });
    const output = makeOutput<string>({
      name: 'x',
      summary: 'x',
      saysCoverage: true,
      contents: {
        texts: part('t'),
        distributions: { refused: 'no' },
        printed: part('p'),
        rows: part('r'),
        steps: part('s'),
      },
      whole: (parts) => [parts.join()],
      arriving: 'at the end',
      check: 'report',
    });
    expect([...output.render(everything, PIPE)]).toEqual(['t,r']);
    expect([...output.render(ended, PIPE)]).toEqual(['t,p']);
    expect([...output.render(stepped, PIPE)]).toEqual(['t,s']);
  });
});

describe('docs/outputs.md', () => {
  const docs = readFileSync(new URL('../../docs/outputs.md', import.meta.url), 'utf8');
  const tables = [...docs.matchAll(/(?:^\|.*\n)+/gm)].map(([text]) =>
    text
      .trimEnd()
      .split('\n')
      .filter((line) => !/^\|[-|]+$/.test(line))
      .map((line) => line.slice(2, -2).split(' | ')),
  );
  const tableUnder = (...headings: readonly string[]) =>
    tables.find(([first]) => first?.join() === headings.join())?.slice(1);

  it('lists every format with what it does with rows while they arrive, and for check', () => {
    const told = OUTPUTS.map(({ name, arriving, check }) => [
      `\`${name}\``,
      typeof arriving === 'string' ? arriving : 'a line each',
      check === 'report' ? 'the report' : 'the verdict',
    ]);
    const table = tableUnder('`-o`', 'For', 'Failed sleds', 'Rows while they arrive', 'Of `check`');
    expect(table?.map(([name, _for, _failed, ...rest]) => [name?.split(' ')[0], ...rest])).toEqual(told);
  });

  it('says what each does with each kind of content, as it says itself', () => {
    const told = OUTPUTS.map((output) => [
      `\`${output.name}\``,
      ...CONTENTS.map((content) => {
        const way = output.contents[content];
        return 'shown' in way ? way.shown : `refused: ${way.refused.replace(/; use .*/, '')}`;
      }),
    ]);
    expect(
      tableUnder(
        '`-o`',
        'Rows',
        'What `exec` printed',
        'Steps of `doctor`',
        'Distributions',
        'Lines of text of your own script',
      ),
    ).toEqual(told);
  });
});

describe('what comes from a sled', () => {
  const UNSEEN = [0, 7, 0x1b, 0x7f, 0x85, 0x9b, 0x2028, 0x202e, 0x2066].map((c) => String.fromCodePoint(c));
  const evil = `a: "b"${UNSEEN.join('c')}\n- #d\te${UNSEEN.join('')}`;
  const row = { zone: evil, pid: 1, count: 2 };
  const own = report(
    [
      answered(1, [row], {
        text: `${evil}\n`,
        distributions: [{ keys: { key_1: evil }, histogram: quantize({ 1024: 5 }) }],
        issues: [{ code: 'unparsed_line', message: evil }],
      }),
    ],
    { probe: ownScript('mine.d', 'mine.d', []), probeColumns: columnsOfRows([row]) },
  );
  const said = printedReport([printed(1, { stdout: evil, stderr: evil })]);

  const steps = steppedReport([
    { step: 'banner', result: 'failed', answer: evil, details: evil, remedy: evil },
  ]);

  it.each(OUTPUTS)('drives no terminal: $name', (output) => {
    for (const what of [own, said, steps]) {
      const text = [...output.render(what, PIPE)].join('').replaceAll('\r\n', '\n');
      expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it.each(['json', 'yaml'])('is read by programs as it was: %s', (name) => {
    const output = OUTPUTS.find((each) => each.name === name)!;
    const read = (what: FleetReport) => parse([...output.render(what, PIPE)].join(''));
    expect(read(own)).toMatchObject({ rows: [{ zone: evil }], sleds: [{ text: `${evil}\n` }] });
    expect(read(said)).toMatchObject({ rows: [{ stdout: evil, stderr: evil }] });
  });
});
