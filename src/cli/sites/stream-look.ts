import { checkProbe } from '../../check/check-probe.ts';
import type { StatePlace } from '../../store/state-folder.ts';
import { judgedReportsFile, type JudgedReports } from '../../store/judged-reports.ts';
import { readKept, writeKept } from '../../store/kept-file.ts';
import { formatDuration, writeDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { randomHex } from '../../model/random-hex.ts';
import { newestReports, type NewestReport, type NewestReports } from '../../relay/nats/kept-reports.ts';
import { retainedBeats, type Retained } from '../../relay/nats/retained-beats.ts';
import { rosterOf } from '../../relay/roster.ts';
import { endWithout, type SiteEnd, type SiteState } from '../../relay/site-end.ts';
import { versionProblem } from '../../relay/versions.ts';
import { refuseOfHere, SILENT_AFTER_MS, type RelayOptions } from '../options/relay-options.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import type { TalkOptions } from '../options/output-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { sledsKnown } from './known-sleds.ts';
import { connectOrWhy, openHubWay, type HubOrWhy } from './open-hub.ts';
import { collectSiteAnswers } from './site-answers.ts';
import { namedSites, wantedSelection } from './site-question.ts';
import type { SiteRun } from './site-run.ts';

/** A site whose next report is late by more than this, beyond one that it missed, sends none. */
const LATE_MS = 60_000;

type StreamLookOptions = RelayOptions & SelectionOptions & TalkOptions;

/** The reports of scheduled checks as one look at the fleet. */
export interface StreamLook {
  /**
   * The newest report of each site, and silence for each that sends none. Rejects with what is not new, if some site
   * has not reported since the last look that was recorded: no report is judged twice.
   */
  readonly look: () => Promise<SiteRun>;
  /** Whether the look found nothing new. */
  readonly isNothingNew: () => boolean;
  /** Remembers what was looked at. */
  readonly recorded: () => Promise<void>;
}

/** Refuses at once what is not of a stream. */
export function openStreamLook(
  options: StreamLookOptions,
  { stateFile }: Pick<StatePlace, 'stateFile'>,
  surroundings: Surroundings,
): StreamLook {
  refuseSelection(options);
  refuseOfHere(options);
  const file = judgedReportsFile(stateFile);
  let judged: JudgedReports = {};
  let isNothingNew = false;
  return {
    isNothingNew: () => isNothingNew,
    recorded: () => writeKept(file, judged),
    async look() {
      const startedAt = surroundings.now();
      const before = (await readKept(file, startedAt.getTime(), false)).value ?? {};
      const way = await openHubWay(options, 'asker', surroundings);
      const hub = await connectOrWhy(way, options.silentAfter ?? SILENT_AFTER_MS);
      try {
        const kept = await keptBy(hub);
        const sites = namedSites(options, surroundings) ?? rosterIn(kept, before);
        const reports = sites.map((site) => siteReport(site, kept, startedAt));
        const old = reports.flatMap(({ site, report }) =>
          report !== null && before[site] === report.note.run ? [site] : [],
        );
        if (old.length > 0) {
          isNothingNew = true;
          const of = `${old.length === 1 ? 'site' : 'sites'} ${old.join(', ')}`;
          throw new FleetError('not_tried', `no new report of ${of} since the last check`);
        }
        const runs = reports.flatMap(({ site, report }) =>
          report === null ? [] : [[site, report.note.run] as const],
        );
        // What was judged before stays judged, while a site or the hub is away.
        judged = { ...before, ...Object.fromEntries(runs) };
        return await runOf(reports, kept.retained, startedAt, options, surroundings);
      } finally {
        if ('wire' in hub) await hub.wire.close();
      }
    },
  };
}

function refuseSelection(options: StreamLookOptions): void {
  if (options.relay === undefined) {
    throw new FleetError('usage', '--from-stream reads what a hub keeps; name it with --relay');
  }
  for (const name of ['rack', 'sled', 'exclude', 'label', 'shard'] as const) {
    if (options[name] === undefined) continue;
    throw new FleetError(
      'usage',
      `--${name}: --from-stream judges all that sites report; choose with --site`,
    );
  }
}

interface HubKeeps {
  readonly newest: NewestReports;
  readonly retained: Retained;
  /** The hub itself is not there. */
  readonly isAway: boolean;
}

/** Rejects where the hub is there and gives no reports: of the sites that says nothing. */
async function keptBy(hub: HubOrWhy): Promise<HubKeeps> {
  if ('why' in hub) return { newest: hub, retained: hub, isAway: true };
  const newest = await newestReports(hub, checkProbe.name);
  if ('why' in newest) throw new FleetError('unreachable', newest.why);
  const retained = await retainedBeats(hub);
  if (!newest.isNew) return { newest, retained, isAway: false };
  throw new FleetError(
    'unreachable',
    'the hub keeps reports from now on; judge them when runners with --every have sent some',
  );
}

/** Where nobody names sites: those that the hub knows, or, where it is away, those of the last check. */
function rosterIn({ newest, retained, isAway }: HubKeeps, before: JudgedReports): readonly string[] {
  const sites = isAway
    ? Object.keys(before)
    : [
        ...('why' in newest ? [] : newest.bySite.keys()),
        ...('why' in retained ? [] : rosterOf(retained.beats).keys()),
      ];
  if (sites.length > 0) return [...new Set(sites)].sort();
  const why = 'why' in newest ? newest.why : 'the hub has not kept a report of any site yet';
  throw new FleetError('unreachable', `${why}; and no sites are named (--site)`);
}

interface SiteReport {
  readonly site: string;
  /** Null where it sends none. */
  readonly report: NewestReport | null;
  /** Of a site without one. */
  readonly silence: SiteEnd;
}

function siteReport(site: string, { newest }: HubKeeps, now: Date): SiteReport {
  const silent = (reason: string, state: SiteState = 'no_report') => ({
    site,
    report: null,
    silence: endWithout(site, state, reason),
  });
  if ('why' in newest) return silent(newest.why, 'not_reached');
  const report = newest.bySite.get(site);
  if (report === undefined) return silent('the hub kept none of a scheduled check in the last day');
  const { every_ms: every } = report.note;
  const age = now.getTime() - report.keptAt.getTime();
  if (age <= 2 * every + LATE_MS) return { ...silent(''), report };
  return silent(`the last one came ${formatDuration(age)} ago, and one is due every ${writeDuration(every)}`);
}

/** One report at a time is read and put together. */
async function runOf(
  reports: readonly SiteReport[],
  retained: Retained,
  startedAt: Date,
  options: StreamLookOptions,
  surroundings: Surroundings,
): Promise<SiteRun> {
  const answers = collectSiteAnswers();
  for (const { report, silence } of reports) {
    answers.take(report === null ? silence : await endOf(report, surroundings.version));
  }
  const selection = wantedSelection({});
  const known = sledsKnown(retained, surroundings.now());
  const { outcomes, notes, selectedInAll } = answers.result(known, () => selection);
  if (options.quiet !== true) {
    for (const note of notes) surroundings.terminal.err.write(`warning: ${printable(note)}\n`);
  }
  const sites = reports.map(({ site }) => site);
  return {
    selection: `${sites.length === 1 ? 'site' : 'sites'} ${sites.join(', ')}: scheduled checks`,
    startedAt,
    finishedAt: surroundings.now(),
    interrupted: false,
    outcomes,
    run: { id: randomHex(surroundings.random, 12), shard: null, selectedInAll },
  };
}

async function endOf({ note, read }: NewestReport, ours: string): Promise<SiteEnd> {
  const { site, runner, version, notes } = note;
  const end = { ...endWithout(site, 'answered', ''), runner, version, notes };
  const versions = versionProblem(ours, version);
  if (versions !== null) return { ...end, state: 'refused', reason: versions };
  const report = await read();
  if ('wrong' in report) return { ...end, state: 'failed', reason: `its kept report: ${report.wrong}` };
  return { ...end, report: report.json };
}
