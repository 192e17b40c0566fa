import { styleText } from 'node:util';
import {
  COMPARE_TEST,
  type ComparedGroup,
  type Comparison,
  type Direction,
} from '../distribution/distribution-compare.ts';
import type { Row } from '../model/column.ts';
import { formatRange } from '../distribution/nanoseconds.ts';
import { percentileOf } from '../distribution/percentile.ts';
import { printable } from '../model/printable.ts';
import { keysTitle, type DistributionContext } from './distribution-context.ts';
import { wrapped } from '../drawing/wrap.ts';

/**
 * Which groups depart from the rest, a line each, for each thing that is measured; what could not be told; and the
 * test below them all.
 */
export function* drawComparisons(
  comparisons: readonly Comparison[],
  context: DistributionContext,
): Iterable<string> {
  if (comparisons.length === 0) {
    yield 'nothing to compare: no samples\n';
    return;
  }
  for (const comparison of comparisons) {
    const what = keysTitle(comparison.what);
    for (const [i, line] of sectionLines(comparison, context).entries()) {
      const text = `${i === 0 ? `${what}: ` : '  '}${line.text}`;
      for (const part of wrapped(text, context.width, '    ')) {
        yield `${line.isAlarm && context.color ? styleText('yellow', part, { validateStream: false }) : part}\n`;
      }
    }
  }
  for (const line of wrapped(`(test: ${COMPARE_TEST})`, context.width)) yield `${line}\n`;
}

interface Line {
  readonly text: string;
  readonly isAlarm: boolean;
}

function sectionLines(comparison: Comparison, context: DistributionContext): readonly Line[] {
  const departed = comparison.groups.filter((each) => each.verdict === 'departs');
  const unclear = comparison.groups.filter((each) => each.verdict === 'unclear');
  const agreed = comparison.groups.filter((each) => each.verdict === 'agrees');
  const head = headText(departed.length, agreed.length, unclear.length);
  const groupLine = (each: ComparedGroup) => ({
    text: groupText(each, comparison.what, context),
    isAlarm: true,
  });
  return [
    { text: head, isAlarm: false },
    ...[...departed, ...unclear].map(groupLine),
    ...comparison.notes.map((note) => ({ text: printable(note), isAlarm: false })),
  ];
}

function headText(departed: number, agreed: number, unclear: number): string {
  const tested = departed + agreed + unclear;
  if (tested === 0) return 'nothing could be compared';
  if (departed === 0 && unclear === 0) return `none of ${tested} groups departs from the rest`;
  if (departed === 0) return `${tested} groups, ${unclear} of them differ`;
  return `${departed} of ${tested} groups ${departed === 1 ? 'departs' : 'depart'} from the rest`;
}

/** `3/BRM42220014 (cubby 14)  slower: D 0.62, p < 0.0001; median 2 buckets up, 4.19–8.39 ms; p99 …`. */
function groupText({ group, departure }: ComparedGroup, what: Row, context: DistributionContext): string {
  const keys = Object.fromEntries(Object.entries(group.keys).filter(([name]) => !(name in what)));
  if (departure === null) return keysTitle(keys);
  const parts = [
    `D ${departure.distance.toFixed(2)}, p ${chanceText(departure.adjustedChance)}`,
    `median ${shiftText(departure.medianShift)}${rangeText(group, 50, context)}`,
    `p99 ${shiftText(departure.p99Shift)}${rangeText(group, 99, context)}`,
  ];
  return `${keysTitle(keys)}  ${directionText(departure.direction, context)}: ${parts.join('; ')}`;
}

function rangeText(
  { histogram }: ComparedGroup['group'],
  percent: number,
  context: DistributionContext,
): string {
  const found = percentileOf(histogram, percent);
  return found === null ? '' : `, ${formatRange(found, context.unit, context)}`;
}

function directionText(direction: Direction, context: DistributionContext): string {
  if (context.unit === 'ns' || direction === 'mixed' || direction === 'same') return direction;
  return direction === 'slower' ? 'higher' : 'lower';
}

function shiftText(shift: number): string {
  if (shift === 0) return 'in the same bucket';
  const buckets = Math.abs(shift) === 1 ? 'bucket' : 'buckets';
  return `${Math.abs(shift)} ${buckets} ${shift > 0 ? 'up' : 'down'}`;
}

function chanceText(chance: number): string {
  return chance < 0.0001 ? '< 0.0001' : `= ${chance.toFixed(4)}`;
}
