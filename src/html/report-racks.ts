import { seenSled, worstFirst, rackMap } from '../drawing/rack-map.ts';
import { groupBy } from '../model/group-by.ts';
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
  const byRack = groupBy(report.outcomes, ({ sled }) => sled.rack);
  const wordsOf = contentWords(report);
  return worstFirst(racksOf(report).map((rack) => rackMap(report, rack))).map(({ rack }) => ({
    rack,
    sleds: (byRack.get(rack) ?? []).map((outcome) =>
      drawnSled(outcome, hrefOf(outcome), report.healthCounts === null ? wordsOf(outcome) : null),
    ),
  }));
}

/** A sled with how its upstairs do, or, where no health is judged, with how much there is of it. */
function drawnSled(outcome: SledOutcome, href: string | null, content: string | null): DrawnSled {
  const { cubby, serial, name } = outcome.sled;
  const who = { cubby, name: serial ?? name, href };
  if (outcome.status === 'failed') {
    const { stage, error } = outcome;
    return { ...who, sign: 'no_answer', words: `no answer: ${stage}, ${error.code}`, lights: [] };
  }
  const codes = [...new Set(outcome.issues.map(({ code }) => code))];
  const lacking = codes.length === 0 ? [] : [`partial: ${codes.join(', ')}`];
  if (content !== null) {
    const sign = codes.length === 0 ? 'answered' : 'in_part';
    return { ...who, sign, words: [...lacking, content].join('; '), lights: [] };
  }
  const lights = lightsOf(outcome);
  return {
    ...who,
    sign: seenSled(outcome).state,
    words: [...lacking, lightWords(lights)].join('; '),
    lights,
  };
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

/** How much a report has of each sled. */
function contentWords({ rows, distributions }: FleetReport): (outcome: SledOutcome) => string {
  const rowsOf = groupBy(rows, (row) => row['sled']);
  const picturesOf = groupBy(distributions, ({ keys }) => keys['sled']);
  return ({ sled }) => {
    const pictures = picturesOf.get(sled.id)?.length ?? 0;
    const lines = rowsOf.get(sled.id)?.length ?? 0;
    if (pictures > 0) return `${pictures} distribution${pictures === 1 ? '' : 's'}`;
    return lines === 0 ? 'answered' : `${lines} row${lines === 1 ? '' : 's'}`;
  };
}
