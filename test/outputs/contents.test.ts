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
import { withTable } from '../support/made-table.ts';
import { renewedBy } from '../support/renewed-by.ts';
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
    const frame = {
      name: 'x',
      summary: 'x',
      readers: 'x',
      failedSleds: 'x',
      saysCoverage: true,
      whole: () => [],
      check: 'report',
    } as const;
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
      readers: 'x',
      failedSleds: 'x',
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

/** A line of a table in a document. */
const lineOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The formats, with what they are for. */
function formatsTable(): readonly [string, ...string[]] {
  const head = ['`-o`', 'For', 'Failed sleds', 'Rows while they arrive', 'Of `check`'];
  const rows = OUTPUTS.map(({ name, readers, failedSleds, arriving, check, contents }, index) => {
    const isOfCheck = Object.values(contents).every((way) => 'refused' in way);
    const remark = index === 0 ? ' (default)' : isOfCheck ? ' (`check` only)' : '';
    return [
      `\`${name}\`${remark}`,
      readers,
      failedSleds,
      typeof arriving === 'string' ? arriving : 'a line each',
      check === 'report' ? 'the report' : 'the verdict',
    ];
  });
  return [lineOf(head), `|${'---|'.repeat(head.length)}`, ...rows.map(lineOf)];
}

/** What each format does with each kind of content. */
function contentsTable(): readonly [string, ...string[]] {
  const headings: Readonly<Record<Content, string>> = {
    rows: 'Rows',
    printed: 'What `exec` printed',
    steps: 'Steps of `doctor`',
    distributions: 'Distributions',
    texts: 'Lines of text of your own script',
  };
  const head = ['`-o`', ...CONTENTS.map((content) => headings[content])];
  const rows = OUTPUTS.map(({ name, contents }) => [
    `\`${name}\``,
    ...CONTENTS.map((content) => {
      const way = contents[content];
      return 'shown' in way ? way.shown : `refused: ${way.refused.replace(/; use .*/, '')}`;
    }),
  ]);
  return [lineOf(head), `|${'---|'.repeat(head.length)}`, ...rows.map(lineOf)];
}

describe('docs/outputs.md', () => {
  it('says what each format is for, and what it does with each kind of content', async () => {
    const text = readFileSync(new URL('../../docs/outputs.md', import.meta.url), 'utf8');
    const made = withTable(withTable(text, formatsTable()), contentsTable());
    await expect(made).toMatchFileSnapshot('../../docs/outputs.md', renewedBy('test/outputs'));
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
