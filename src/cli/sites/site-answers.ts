import { formatDuration } from '../../model/duration.ts';
import { describeError, FleetError } from '../../model/error.ts';
import type { SledOutcome } from '../../model/report.ts';
import { bySled } from '../../model/sled-order.ts';
import { readReport } from '../../reports/read-report.ts';
import type { QuestionSelection } from '../../relay/question.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import { outcomesOfReport, outcomesOfSilence, siteText } from '../../relay/site-outcomes.ts';
import type { SledsKnown } from './known-sleds.ts';

/** What sites answered, put together as they come: of each nothing is kept but its outcomes. */
export interface SiteAnswers {
  readonly take: (end: SiteEnd) => void;
  readonly hasUnanswered: () => boolean;
  /** Of all sites, each sled once. Throws `usage` where no site had what was selected. */
  readonly result: (known: SledsKnown, selectionOf: (site: string) => QuestionSelection) => AnsweredSites;
}

export interface AnsweredSites {
  readonly outcomes: readonly SledOutcome[];
  readonly selectedInAll: number;
  /** Somebody interrupted a runner. */
  readonly isInterrupted: boolean;
  /** What is to be known of a site as a whole. */
  readonly notes: readonly string[];
}

export function collectSiteAnswers(): SiteAnswers {
  const outcomes: SledOutcome[] = [];
  const unanswered: SiteEnd[] = [];
  const withoutSleds: SiteEnd[] = [];
  const notes: string[] = [];
  let answered = 0;
  let selectedInAll = 0;
  let isInterrupted = false;

  const takeReport = (end: SiteEnd, json: string): void => {
    try {
      const report = readReport(json, `the report of site ${end.site}`);
      outcomes.push(...outcomesOfReport(end.site, report));
      selectedInAll += report.run?.selectedInAll ?? report.outcomes.length;
      isInterrupted ||= report.interrupted;
      answered += 1;
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      unanswered.push({ ...end, state: 'failed', reason: describeError(error), report: null });
    }
  };

  return {
    take(end) {
      const { site, state, report, clockAheadMs } = end;
      if (clockAheadMs !== null) notes.push(clockText(site, clockAheadMs));
      notes.push(...end.notes.map((note) => `site ${site}: ${note}`));
      if (state === 'nothing_selected') withoutSleds.push(end);
      else if (report === null) unanswered.push(end);
      else takeReport(end, report);
    },
    hasUnanswered: () => unanswered.length > 0,
    result(known, selectionOf) {
      if (withoutSleds.length > 0 && answered + unanswered.length === 0) {
        throw new FleetError('usage', withoutSleds.map(siteText).join('\n'));
      }
      const silent = unanswered.flatMap((end) => {
        const reason = `${end.reason}${known.about(end)}`;
        return outcomesOfSilence({ ...end, reason }, known.of(end, selectionOf(end.site)));
      });
      return {
        outcomes: [...outcomes, ...silent].sort((a, b) => bySled(a.sled, b.sled)),
        selectedInAll: selectedInAll + silent.length,
        isInterrupted,
        notes: [...notes, ...withoutSleds.map(siteText)].sort(),
      };
    },
  };
}

function clockText(site: string, aheadMs: number): string {
  const much = formatDuration(Math.abs(aheadMs));
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  return `site ${site}: the clock of its runner is ${much} ${way} this machine's: times of its report are off by that, and questions may expire there`;
}
