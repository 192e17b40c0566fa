import { examine, remedyOf, type Telling } from '../../doctor/examine.ts';
import type { StepAnswer } from '../../doctor/step-answer.ts';
import { cellText } from '../../drawing/cell-text.ts';
import { wayFacts, type HopFacts } from '../../inventory/way-facts.ts';
import { fleetRow } from '../../fleet/merge.ts';
import type { Row } from '../../model/column.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';

/** Every step of a sled as a row, with where the values came from by which it is reached. */
export function stepRows(outcome: SledOutcome, target: Target | undefined, telling: Telling): readonly Row[] {
  const origins = target === undefined ? new Map<string, string>() : originsOf(target);
  return examine(outcome, telling).map((answer) => {
    const details = [answer.details, origins.get(answer.step)].filter(
      (each) => each !== null && each !== undefined,
    );
    const known = { ...answer, details: details.length === 0 ? null : details.join('; ') };
    return fleetRow(outcome.sled, stepRow(known));
  });
}

function stepRow(answer: StepAnswer): Row {
  const { step, result, ms, said, details } = answer;
  const tenths = ms === null ? null : Math.round(ms * 10) / 10;
  return { step, result, ms: tenths, answer: said, details, remedy: remedyOf(answer) };
}

/** What differs from the default, by the step that it matters to: the sled's own login, and those of its gateways. */
function originsOf(target: Target): ReadonlyMap<string, string> {
  const { way, origin, hops } = wayFacts(target);
  const [sled, ...gateways] = hops;
  const ofWay = origin === 'default' ? [] : [`way ${way} (${origin})`];
  const ofSled = sled === undefined ? [] : given(sled);
  const ofGateways = gateways.flatMap((hop) => {
    const values = given(hop);
    return values.length === 0 ? [] : [`${hop.hop}: ${values.join(', ')}`];
  });
  return new Map([
    ...(ofWay.length + ofSled.length === 0 ? [] : [['name', [...ofWay, ...ofSled].join(', ')] as const]),
    ...(ofGateways.length === 0 ? [] : [['gateway', ofGateways.join('; ')] as const]),
  ]);
}

function given({ login }: HopFacts): readonly string[] {
  return login
    .filter(({ origin }) => origin !== 'default')
    .map(({ key, value, origin }) => `${key} ${cellText(value)} (${origin})`);
}
