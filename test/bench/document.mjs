import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PAGE = join(import.meta.dirname, '../../docs/performance.md');

/** Rows as lines of a table for people. */
export function tableOf(rows) {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const used = HEADINGS.map(
    (_, column) => rows.length === 0 || cells.slice(1).some((row) => row[column] !== ''),
  );
  const shown = cells.map((row) => row.filter((_, column) => used[column]));
  const widths = shown[0].map((_, column) => Math.max(...shown.map((row) => row[column].length)));
  return shown.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

const HEADINGS = ['what', 'unit', 'cruc-fleet', 'next to', 'theirs', 'ratio', 'least to greatest', 'goal'];

function cellsOf({ what, unit, ours, next_to: nextTo, theirs, ratio, ratios, goal, reached }) {
  const verdict = goal === undefined ? '' : `${goal}: ${reached ? 'reached' : 'not reached'}`;
  const range = ratios === undefined ? '' : ratios.join(' to ');
  return [what, unit, ours, nextTo ?? '', theirs ?? '', ratio ?? '', range, verdict].map(String);
}

/** Puts what was measured between the marks of docs/performance.md, and what was not, by its title. */
export function writeDocument(run, missing) {
  const text = readFileSync(PAGE, 'utf8');
  const [begin, end] = ['<!-- measured: npm run bench -- --doc -->', '<!-- /measured -->'];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} lacks the marks ${begin} and ${end}`);
  const body = [
    begin,
    '',
    machineLine(run.machine),
    '',
    ...run.lines.flatMap(sectionOf),
    ...missingLines(missing),
  ].join('\n');
  writeFileSync(PAGE, `${text.slice(0, from)}${body}${text.slice(to)}`);
}

function missingLines(titles) {
  if (titles.length === 0) return [''];
  return ['### Not measured yet', '', ...titles.map((title) => `- ${title}`), '', ''];
}

function machineLine({ cpu, cpus, memory_gib: memory, system, node }) {
  return `The machine: ${cpus} CPUs (${cpu}), ${memory} GiB, ${system}, Node ${node}.`;
}

function sectionOf({ title, at, rounds, load, note, rows }) {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const used = HEADINGS.map((_, column) => cells.slice(1).some((row) => row[column] !== ''));
  const line = (row) => `| ${row.filter((_, column) => used[column]).join(' | ')} |`;
  const rule = HEADINGS.map((_, column) => (column === 2 || column === 4 || column === 5 ? '--:' : '---'));
  const said = `Medians of ${rounds}; the machine's load was ${load.join(' to ')} (${at.slice(0, 16)}Z)${note ? `; ${note}` : ''}.`;
  return [`### ${title}`, '', said, '', line(HEADINGS), line(rule), ...cells.slice(1).map(line), ''];
}
