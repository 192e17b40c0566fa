import { randomInt } from 'node:crypto';
import { describeError, FleetError } from '../model/error.ts';
import { writeDuration } from '../model/duration.ts';
import type { Claims } from './claims.ts';
import { ASKER_GONE_MS, openFollowing, type Following } from './following.ts';
import { KEPT_MS, silence, stopRun, type KnownRun } from './known-run.ts';
import type { Reply } from './messages.ts';
import { packReport, roomIn } from './parts.ts';
import { isFollowed, type Question } from './question.ts';
import type { ServeSettings, SitePlan } from './serve-settings.ts';
import { answerSubject } from './subjects.ts';
import type { Wire } from './wire.ts';

/** How often a runner says that it is still at it; one that is followed twice as often. */
const TOLD_EVERY_MS = 2000;
export const ENDING = 'its runner is ending';

/** What the runs of a site share. */
export interface ServedSite {
  readonly wire: Wire;
  readonly settings: ServeSettings;
  readonly runs: Map<string, KnownRun>;
  readonly claims: Claims;
  /** What every reply says of its runner. */
  readonly who: () => { readonly runner: string; readonly version: string; readonly now: string };
  readonly send: (asker: string, run: string, reply: Reply) => void;
  readonly isEnding: () => boolean;
}

/** How a run ended, for the audit log. */
interface Ended {
  readonly end: 'answered' | 'failed' | 'stopped' | 'repeated' | Extract<Reply, { type: 'refused' }>['why'];
  readonly reason: string | null;
}

const REPEATED: Ended = { end: 'repeated', reason: null };

/** Answers a question that was taken, unless another runner has it, and says so on the way. Rejects only for a bug. */
export async function serveRun(site: ServedSite, entry: KnownRun, question: Question): Promise<Ended> {
  const { claims, runs, settings, who } = site;
  const { run } = question;
  if (!(await claims.take(run)) || entry.isOthers) {
    runs.delete(run);
    entry.taken.done();
    claims.again(run);
    return REPEATED;
  }
  const plan = await settings.plan(question);
  if ('why' in plan) {
    say(site, entry, run, { type: 'refused', ...who(), why: plan.why, reason: plan.reason });
    entry.taken.done();
    return { end: plan.why, reason: plan.reason };
  }
  if (entry.isOthers) {
    runs.delete(run);
    return REPEATED;
  }
  return await answerPlan(site, entry, question, plan);
}

async function answerPlan(
  site: ServedSite,
  entry: KnownRun,
  question: Question,
  { selection, sleds, answer }: SitePlan,
): Promise<Ended> {
  const { wire, who } = site;
  const { asker } = entry;
  const { run } = question;
  say(site, entry, run, { type: 'accepted', ...who(), selection, sleds: [...sleds] });
  const counts = { answered: 0, failed: 0 };
  const following = isFollowed(question) ? follow(site, entry, run) : null;
  entry.following = following;
  if (site.isEnding() && following !== null) stopRun(entry, ENDING);
  const news = () => (following === null ? {} : { news: following.last() });
  sayNowAndThen(site, entry, question, () => {
    const isGoingOn = entry.state.type === 'accepted' || entry.state.type === 'progress';
    if (!isGoingOn) return entry.state;
    return { type: 'progress', ...who(), selected: sleds.length, ...counts, ...news() };
  });
  try {
    const report = await answer({
      question,
      asker,
      stop: entry.stop.signal,
      onSled: (what) => {
        counts[what] += 1;
      },
      tell: following?.tell ?? null,
    });
    await following?.drained();
    if (report === null) {
      const reason = entry.whyStopped ?? 'its asker ended it';
      say(site, entry, run, { type: 'over', ...who(), reason, ...news() });
      silence(entry);
      entry.following = null;
      return { end: entry.isOthers ? 'repeated' : 'stopped', reason };
    }
    const packed = await packReport(report.json, wire.maxPayload());
    entry.packed = packed;
    const { parts, bytes, digest } = packed;
    const notes = [...report.notes];
    say(site, entry, run, { type: 'ready', ...who(), parts: parts.length, bytes, digest, notes, ...news() });
    const end = entry.stop.signal.aborted ? 'stopped' : 'answered';
    return { end: entry.isOthers ? 'repeated' : end, reason: entry.whyStopped };
  } catch (error) {
    silence(entry);
    if (!(error instanceof FleetError)) throw error;
    // What a probe does not take, for one: nobody who asks ends a runner.
    const reason = describeError(error);
    await following?.drained();
    say(site, entry, run, { type: 'refused', ...who(), why: 'failed', reason });
    return { end: 'failed', reason };
  }
}

function say({ send }: ServedSite, entry: KnownRun, run: string, reply: Reply): void {
  entry.state = reply;
  if (!entry.isOthers) send(entry.asker, run, reply);
}

/** Says how it goes on until nobody can want it any more. */
function sayNowAndThen(
  site: ServedSite,
  entry: KnownRun,
  { run, deadline }: Question,
  state: () => Reply,
): void {
  // Spread out: runners that were asked at the same moment do not all speak at once.
  const everyMs = TOLD_EVERY_MS - randomInt(TOLD_EVERY_MS / 4);
  entry.timer = setInterval(
    () => {
      const lateMs = site.settings.now().getTime() - Date.parse(deadline);
      if (lateMs > KEPT_MS) return silence(entry);
      if (lateMs > 0 && entry.following !== null) stopRun(entry, 'its time is over');
      say(site, entry, run, state());
    },
    entry.following === null ? everyMs : everyMs / 2,
  );
}

function follow({ wire, settings, who }: ServedSite, entry: KnownRun, run: string): Following {
  return openFollowing({
    elapsed: settings.elapsed,
    who,
    room: roomIn(wire.maxPayload()),
    publish: (data) => {
      if (!entry.isOthers) wire.publish(answerSubject(entry.asker, settings.site, run), data);
    },
    onGone: () => stopRun(entry, `nothing was heard of its asker for ${writeDuration(ASKER_GONE_MS)}`),
  });
}
