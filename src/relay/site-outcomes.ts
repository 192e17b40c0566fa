import { FleetError } from '../model/error.ts';
import type { Row } from '../model/column.ts';
import type { Distribution } from '../model/histogram.ts';
import type { AnsweredOutcome, FailedOutcome, SledOutcome } from '../model/report.ts';
import { NO_HOST, type Sled } from '../model/sled.ts';
import type { ReadReport } from '../reports/read-report.ts';
import type { SiteSled } from './messages.ts';
import type { SiteEnd, SiteState } from './site-end.ts';

/** A sled of a site as the whole fleet knows it: sites may call their racks the same. */
export function fleetSled(site: string, sled: Sled): Sled {
  const rack = `${site}:${sled.rack}`;
  return { ...sled, rack, id: `${rack}/${sled.name}` };
}

/** A sled that a site named. */
export function namedSled(site: string, sled: SiteSled): Sled {
  return fleetSled(site, { ...sled, labels: sled.labels ?? {}, host: NO_HOST });
}

/** What stands for the sleds of a site that are not known. */
export function unknownSled(site: string): Sled {
  const rack = `${site}:?`;
  return { id: `${rack}/?`, rack, name: '?', serial: null, cubby: null, labels: {}, host: NO_HOST };
}

/** What became of the sleds of a site, from the report that it sent. */
export function outcomesOfReport(site: string, report: ReadReport): readonly SledOutcome[] {
  const distributions = new Map<string, Distribution[]>();
  for (const { keys, histogram, sum } of report.groups?.distributions ?? []) {
    const { rack: _, sled, serial: _s, cubby: _c, ...own } = keys;
    const id = String(sled);
    const before = distributions.get(id) ?? [];
    const added = sum === undefined || sum.parts < 2 ? {} : { sum: { ...sum, sleds: [`${site}:${id}`] } };
    distributions.set(id, [...before, { keys: own, histogram, ...added }]);
  }
  return report.outcomes.map((outcome) => {
    const sled = fleetSled(site, outcome.sled);
    if (outcome.status === 'answered') {
      return answerOfSite(outcome, sled, distributions.get(outcome.sled.id) ?? []);
    }
    const { earlier: _, ...failure } = outcome;
    return { ...failure, sled };
  });
}

function answerOfSite(
  answer: AnsweredOutcome,
  sled: Sled,
  distributions: readonly Distribution[],
): AnsweredOutcome {
  const shared = { rack: sled.rack, sled: sled.id };
  const rows = answer.rows.map((row): Row => Object.assign(row, shared));
  return { ...answer, sled, rows, distributions };
}

/** How a site that did not answer is called, before the reason. */
const STATE_TEXT: Readonly<Record<SiteState, string>> = {
  answered: 'answered',
  nothing_selected: 'has no sled that was selected',
  partial: 'sent only a part of its report',
  failed: 'could not answer',
  refused: 'refused the question',
  no_runner: 'has no runner',
  no_report: 'sends no reports',
  silent: 'accepted the question and fell silent',
  ended: 'ended the watch',
  not_reached: 'was not reached',
  expired: 'heard the question too late',
  busy: 'is busy',
  interrupted: 'was interrupted',
  deadline: 'did not answer before the deadline',
};

/** The site and what became of it: `site east has no runner: …`. */
export function siteText({ site, state, reason }: Pick<SiteEnd, 'site' | 'state' | 'reason'>): string {
  return `site ${site} ${STATE_TEXT[state]}${reason === '' ? '' : `: ${reason}`}`;
}

/** What is known of a site that did not answer: its sleds, and how that is known; null where nothing is. */
export interface KnownSleds {
  readonly sleds: readonly SiteSled[];
  readonly how: string;
}

/**
 * The sleds of a site that did not answer, each as not tried, or one for the whole site where its sleds are not known:
 * silence is in the answer too.
 */
export function outcomesOfSilence(end: SiteEnd, known: KnownSleds | null): readonly FailedOutcome[] {
  const text = siteText(end);
  const fail = (sled: Sled, message: string): FailedOutcome => ({
    status: 'failed',
    sled,
    elapsedMs: end.elapsedMs,
    stage: 'relay',
    error: new FleetError(end.state === 'partial' || end.state === 'failed' ? 'cut' : 'not_tried', message),
  });
  if (known === null || known.sleds.length === 0) {
    return [
      fail(
        unknownSled(end.site),
        `${text}; its sleds are not known${known === null ? '' : ` (${known.how})`}`,
      ),
    ];
  }
  return known.sleds.map((sled) =>
    fail(namedSled(end.site, sled), known.how === '' ? text : `${text} (${known.how})`),
  );
}
