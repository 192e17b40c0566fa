import { resolve } from 'node:path';
import { openAuditFile, type AuditFile } from '../../fleet/audit-log.ts';
import { groupWarnings, warningLine } from '../../fleet/warnings.ts';
import { writeDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import { randomHex } from '../../model/random-hex.ts';
import { askSites } from '../../relay/ask-sites.ts';
import { retainedBeats, type Retained } from '../../relay/nats/retained-beats.ts';
import type { Asked } from '../../relay/question.ts';
import { endWithout, type SiteEnd } from '../../relay/site-end.ts';
import type { OwnDrawing } from '../ask/own-drawing.ts';
import type { ConnectionOptions } from '../options/connection-options.ts';
import type { TalkOptions } from '../options/output-options.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import { refuseOfHere, SILENT_AFTER_MS, type RelayOptions } from '../options/relay-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { sledsKnown } from './known-sleds.ts';
import { connectOrWhy, openHubWay, type HubOrWhy, type HubWay } from './open-hub.ts';
import { collectSiteAnswers } from './site-answers.ts';
import { openSiteProgress } from './site-progress.ts';
import { auditLine } from './site-audit.ts';
import { openSiteLive, type SiteLive, type SiteLiveSettings } from './site-live.ts';
import { fleetQuestion, wantedSelection, type FleetQuestion } from './site-question.ts';
import { sitesOf } from './site-roster.ts';

/** What the slowest sled of a site may take beyond its window, where nobody says --deadline. */
const USUAL_MARGIN_MS = 120_000;

export type SiteRunOptions = RelayOptions &
  SelectionOptions &
  TalkOptions &
  Pick<ConnectionOptions, 'deadline' | 'auditLog'>;

export interface SiteRunSettings {
  readonly question: Asked;
  /** How long each sled is watched. */
  readonly windowMs?: number;
  /** Of those that the options choose these only, by their ids. */
  readonly only?: ReadonlySet<string>;
  /** No drawing of progress, since something else is drawn. */
  readonly ownDrawing?: boolean;
  /** Hears rows as the runners read them; absent: they come with the reports alone. */
  readonly onRows?: NonNullable<SiteLiveSettings['onRows']>;
  readonly onInterval?: NonNullable<SiteLiveSettings['onInterval']>;
  /** What is drawn of them, in the place of progress. */
  readonly drawing?: OwnDrawing;
}

/** What came of asking sites. */
export interface SiteRun {
  readonly selection: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly interrupted: boolean;
  readonly outcomes: readonly SledOutcome[];
  readonly run: RunFacts;
}

/** Asks the sites that the options choose, by their runners, and makes one run of what they answer. */
export async function runOnSites(
  options: SiteRunOptions,
  surroundings: Surroundings,
  settings: SiteRunSettings,
): Promise<SiteRun> {
  refuseOfHere(options);
  const way = await openHubWay(options, 'asker', surroundings);
  const audit =
    options.auditLog === undefined ? null : openAuditFile(resolve(surroundings.cwd, options.auditLog));
  const abort = new AbortController();
  const finish = new AbortController();
  const stopListening = surroundings.onInterrupt(() => {
    // What had come until then is the answer of a run that is shown: the second time nobody waits for that.
    if (!isShown(settings) || finish.signal.aborted) abort.abort();
    finish.abort();
  });
  const deadlineMs = options.deadline ?? (settings.windowMs ?? 0) + USUAL_MARGIN_MS;
  const reason = new FleetError('deadline', `the deadline of ${writeDuration(deadlineMs)} passed`);
  const timer = setTimeout(() => abort.abort(reason), deadlineMs);
  const { err } = surroundings.terminal;
  let hub: HubOrWhy | null = null;
  try {
    const startedAt = surroundings.now();
    const silentAfterMs = options.silentAfter ?? SILENT_AFTER_MS;
    hub = await connectOrWhy(way, Math.min(deadlineMs, silentAfterMs));
    const { sites, retained } = await sitesOf(hub, options, surroundings);
    const wanted = wantedSelection(options);
    const question = fleetQuestion(settings.question, sites, wanted, {
      run: randomHex(surroundings.random, 12),
      version: surroundings.version,
      deadline: new Date(startedAt.getTime() + deadlineMs),
      silentAfterMs,
      now: surroundings.now,
      follows: isShown(settings),
      ...(settings.only === undefined ? {} : { only: settings.only }),
    });
    const asked = {
      ...settings,
      hub,
      way,
      question,
      retained,
      silentAfterMs,
      startedAt,
      signal: abort.signal,
      finish: finish.signal,
    };
    return await askAll(asked, audit, options, surroundings);
  } finally {
    stopListening();
    clearTimeout(timer);
    if (hub !== null && 'wire' in hub) await hub.wire.close();
    for (const problem of audit?.close() ?? []) err.write(`warning: ${printable(problem)}\n`);
  }
}

interface SitesAsked extends SiteRunSettings {
  readonly hub: HubOrWhy;
  readonly way: HubWay;
  readonly retained: Retained | null;
  readonly silentAfterMs: number;
  readonly startedAt: Date;
  readonly signal: AbortSignal;
  /** Sites that are followed are to answer with what they have. */
  readonly finish: AbortSignal;
}

async function askAll(
  asked: Omit<SitesAsked, 'question'> & { readonly question: FleetQuestion },
  audit: AuditFile | null,
  options: SiteRunOptions,
  surroundings: Surroundings,
): Promise<SiteRun> {
  const { hub, way, question, signal, startedAt } = asked;
  const { sites } = question;
  const answers = collectSiteAnswers();
  const live = await liveOf(asked, surroundings);
  const isSilent = asked.ownDrawing === true || live !== null;
  const progress = await openSiteProgress(
    sites,
    { ...options, ...(isSilent ? { quiet: true } : {}) },
    surroundings,
  );
  const take = (end: SiteEnd): void => {
    const about = { asker: way.credentials.name, question: question.forSite(end.site), startedAt };
    audit?.add(auditLine(end, about, surroundings));
    progress.ended(end);
    live?.ended(end);
    answers.take(end);
  };
  try {
    if ('why' in hub) for (const site of sites) take(endWithout(site, 'not_reached', hub.why));
    else {
      await askSites(hub.wire, sites, {
        asker: way.credentials.name,
        version: surroundings.version,
        silentAfterMs: asked.silentAfterMs,
        now: surroundings.now,
        elapsed: surroundings.elapsed,
        signal,
        ending: () =>
          signal.reason instanceof FleetError
            ? { state: 'deadline', reason: signal.reason.message }
            : { state: 'interrupted', reason: 'Ctrl-C here' },
        questionFor: question.forSite,
        onProgress: progress.counts,
        ...(live === null ? {} : { follow: live.follow, finish: asked.finish }),
        onEnd: take,
      });
    }
  } finally {
    progress.finish();
    asked.drawing?.end();
  }
  const retained = asked.retained ?? (await laterBeats(hub, answers.hasUnanswered()));
  const known = sledsKnown(retained, surroundings.now());
  const result = answers.result(known, (site) => question.forSite(site).selection);
  const { notes, selectedInAll, isInterrupted } = result;
  const outcomes = live?.withMissed(result.outcomes) ?? result.outcomes;
  if (options.quiet !== true) {
    const { err } = surroundings.terminal;
    for (const note of [...notes, ...(live?.notes() ?? [])]) err.write(`warning: ${printable(note)}\n`);
    const answered = outcomes.filter((outcome) => outcome.status === 'answered');
    for (const warning of groupWarnings(answered)) err.write(`warning: ${warningLine(warning)}\n`);
  }
  return {
    selection: question.text,
    startedAt,
    finishedAt: surroundings.now(),
    interrupted: isInterrupted || (signal.aborted && !(signal.reason instanceof FleetError)),
    outcomes,
    run: { id: question.run, shard: options.shard ?? null, selectedInAll },
  };
}

/** What shows rows as they come; null where nobody wants to hear of them. */
async function liveOf(
  asked: Omit<SitesAsked, 'question'> & { readonly question: FleetQuestion },
  surroundings: Surroundings,
): Promise<SiteLive | null> {
  if (!isShown(asked)) return null;
  const { hub, question, retained, drawing } = asked;
  const beats = retained ?? (await laterBeats(hub, drawing !== undefined));
  return openSiteLive(question, sledsKnown(beats, surroundings.now()), asked, surroundings);
}

function isShown({ onRows, onInterval }: Pick<SiteRunSettings, 'onRows' | 'onInterval'>): boolean {
  return onRows !== undefined || onInterval !== undefined;
}

/** Who did not answer has sleds all the same: the hub may know them. */
async function laterBeats(hub: HubOrWhy, isNeeded: boolean): Promise<Retained> {
  if ('why' in hub) return { why: hub.why };
  return isNeeded ? await retainedBeats(hub) : { why: 'nobody asked' };
}
