import { seenSled, worstFirst, rackMap } from '../drawing/rack-map.ts';
import { HEALTHS } from '../model/health.ts';
import { racksOf, type FleetReport, type SledOutcome } from '../model/report.ts';
import { hasExited } from '../model/row-note.ts';
import type { DrawnRack, DrawnSled } from './rack-drawing.ts';
import { signWord, type Sign } from './sign.ts';

/** The racks of a report as it saw them, the worst first. `hrefOf` says where there is more of a sled. */
export function reportRacks(
  report: FleetReport,
  hrefOf: (outcome: SledOutcome) => string | null,
): readonly DrawnRack[] {
  return worstFirst(racksOf(report).map((rack) => rackMap(report, rack))).map(({ rack }) => ({
    rack,
    sleds: report.outcomes
      .filter(({ sled }) => sled.rack === rack)
      .map((outcome) => drawnSled(outcome, report, hrefOf(outcome))),
  }));
}

function drawnSled(outcome: SledOutcome, report: FleetReport, href: string | null): DrawnSled {
  const { cubby, serial, name } = outcome.sled;
  const who = { cubby, name: serial ?? name, href };
  if (outcome.status === 'failed') {
    const { stage, error } = outcome;
    return { ...who, sign: 'no_answer', words: `no answer: ${stage}, ${error.code}`, lights: [] };
  }
  const isPartial = outcome.issues.length > 0;
  const partly = isPartial
    ? `partial: ${[...new Set(outcome.issues.map(({ code }) => code))].join(', ')}`
    : '';
  if (report.healthCounts === null) {
    const words = [partly, contentWords(outcome.sled.id, report)].filter((text) => text !== '').join('; ');
    return { ...who, sign: isPartial ? 'in_part' : 'answered', words, lights: [] };
  }
  const lights = lightsOf(outcome);
  const words = [partly, lightWords(lights)].filter((text) => text !== '').join('; ');
  return { ...who, sign: seenSled(outcome).state, words, lights };
}

/** The upstairs of a sled by health, the worst first, and those that are not judged. */
function lightsOf({ rows }: Extract<SledOutcome, { status: 'answered' }>): DrawnSled['lights'] {
  const there = rows.filter((row) => !hasExited(row));
  const signs: readonly (readonly [Sign, unknown])[] = [
    ...HEALTHS.map((health) => [health, health] as const),
    ['not_selected', null],
  ];
  return signs
    .map(([sign, health]) => ({ sign, count: there.filter((row) => row['health'] === health).length }))
    .filter(({ count }) => count > 0);
}

/** `16 upstairs: 1 degraded, 15 ok`; shorter where all are well. */
function lightWords(lights: DrawnSled['lights']): string {
  const all = lights.reduce((sum, { count }) => sum + count, 0);
  const [only, ...others] = lights;
  if (only === undefined) return 'no upstairs';
  if (others.length === 0) return `${all} ${wordOf(only.sign)}`;
  return lights.map(({ sign, count }) => `${count} ${wordOf(sign)}`).join(', ');
}

const wordOf = (sign: Sign): string => (sign === 'not_selected' ? 'not judged' : signWord(sign));

/** How much a report has of a sled, where no health is judged. */
function contentWords(sled: string, report: FleetReport): string {
  const rows = report.rows.filter((row) => row['sled'] === sled).length;
  const pictures = report.distributions.filter(({ keys }) => keys['sled'] === sled).length;
  if (pictures > 0) return `${pictures} distribution${pictures === 1 ? '' : 's'}`;
  return rows === 0 ? 'answered' : `${rows} row${rows === 1 ? '' : 's'}`;
}
