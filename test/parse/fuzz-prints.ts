import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ownScript } from '../../src/kinds/own-script.ts';
import { scriptHabits } from '../../src/kinds/script-habits.ts';
import type { Cell, Row } from '../../src/model/column.ts';
import type { Distribution } from '../../src/model/histogram.ts';
import { UNKNOWN_SCRIPT } from '../../src/parse/print-habits.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';
import { createRandom, type Random } from '../../src/simulator/random.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { result } from '../support/scripted-transport.ts';
import { fixture } from './fixtures.ts';
import { randomRun } from './print-model.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const LATENCIES = PROBES.filter(({ shape }) => shape === 'distributions');

/** What scripts printed, ours and others, of which each round changes one. */
const SAMPLES: readonly string[] = [
  ...LATENCIES.map(({ name }) => fixture(`${name}/one-sled.txt`)),
  ...readdirSync(`${FIXTURES}seed`)
    .filter((name) => name.startsWith('perf') && !name.endsWith('-command.txt'))
    .map((name) => fixture(`seed/${name}`)),
];

/** A line of ours that stands in no sample, and what a terminal or a hand puts among the lines. */
const ODD_LINES = [
  '',
  '^C',
  'dtrace: 3 drops on CPU 1',
  'PID READS',
  '{"a":1}',
  '           value  ------------- Distribution ------------- count    ',
  '              -1 |                                         0        ',
  '            1024 |@@@@@@@@ 5',
  '                7',
  '  read                                                              7',
  '             key  ------------- Distribution ------------- count    ',
  '  1  80003                         :tick-1s ',
  '>= 5 | 1',
  '\u{202e}|@@@ 5',
];

/** One change of some lines, as a cut, a careless hand or two streams make it. */
function mutate(lines: string[], random: Random): void {
  const at = random.below(lines.length + 1);
  const line = lines[at] ?? '';
  const column = random.below(line.length + 1);
  switch (random.below(10)) {
    case 0:
      lines.splice(at, 1 + random.below(4));
      break;
    case 1:
      lines.splice(at, 0, ODD_LINES[random.below(ODD_LINES.length)]!);
      break;
    case 2:
      lines.splice(at, 0, ...lines.slice(at, at + 1 + random.below(12)));
      break;
    case 3:
      lines.splice(at);
      break;
    case 4:
      lines[at] = line.slice(0, column);
      break;
    case 5:
      lines[at] =
        `${line.slice(0, column)}${String.fromCodePoint(32 + random.below(96))}${line.slice(column)}`;
      break;
    case 6:
      lines[at] = line.slice(0, column) + line.slice(column + 1 + random.below(3));
      break;
    case 7:
      lines[at] = line.trim();
      break;
    case 8:
      lines[at] = line.replace(/\d+/, (digits) => `${digits}${random.below(10)}`);
      break;
    default:
      lines.splice(at, 2, `${line}${lines[at + 1] ?? ''}`);
  }
}

/**
 * Reads so many changed outputs, from a seed on, as the output of scripts of a user's own and as pasted output. Gives
 * what was wrong with the first that was read wrongly, or null: nothing throws, and every count, bound and key that
 * was read stands in the text.
 */
export function fuzzPrints(count: number, seed: number): string | null {
  for (let round = seed; round < seed + count; round++) {
    const random = createRandom(round);
    const run = random.below(2) === 0 ? randomRun(round) : null;
    const lines = (run?.text ?? SAMPLES[random.below(SAMPLES.length)]!).split('\n');
    for (let n = 1 + random.below(4); n > 0; n--) mutate(lines, random);
    const text = lines.join('\n');
    const probe = LATENCIES[random.below(LATENCIES.length)]!;
    const habits = run === null ? UNKNOWN_SCRIPT : scriptHabits(run.script);
    try {
      const reading = ownScript('x.d', 'x.d', [], habits).read(result(text), SETTINGS);
      if (reading.status === 'failure') return `seed ${round}: no answer`;
      const pasted = readPasted(probe, text, { totals: false, older: false });
      const wrong =
        wrongIn(text, reading.rows, reading.distributions ?? []) ??
        wrongIn(text, pasted.rows, pasted.distributions ?? []);
      if (wrong !== null) return `seed ${round}: ${wrong}\n${text}`;
    } catch (error) {
      return `seed ${round}: ${String(error)}\n${text}`;
    }
  }
  return null;
}

/** Keys that no script prints: how prints were told apart, and types in the one spelling that they have. */
const OWN_KEYS = /^(?:print|aggregation|title|place|type|part)_*$/;

function wrongIn(text: string, rows: readonly Row[], distributions: readonly Distribution[]): string | null {
  const stands = (cell: Cell | bigint) => cell === null || text.includes(String(cell));
  for (const { keys, histogram } of distributions) {
    const key = Object.entries(keys).find(([name, cell]) => !OWN_KEYS.test(name) && !stands(cell));
    if (key !== undefined) return `a key that nobody printed: ${key.join(' ')}`;
    for (const { low, high, count } of histogram.buckets) {
      if (!stands(count)) return `a count that nobody printed: ${count}`;
      // Negative buckets of quantize print their upper bound, `< 5` the value above it.
      const isBound = stands(low) || stands(high) || (high !== null && stands(high + 1n));
      if (!isBound) return `a bucket that nobody printed: ${low}..${high}`;
    }
  }
  for (const row of rows) {
    const cell = Object.entries(row).find(([name, cell]) => !OWN_KEYS.test(name) && !stands(cell));
    if (cell !== undefined) return `a cell that nobody printed: ${cell.join(' ')}`;
  }
  return null;
}
