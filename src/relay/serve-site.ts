import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openClaims } from './claims.ts';
import { writeDuration } from '../model/duration.ts';
import { describeError, FleetError } from '../model/error.ts';
import { ASKER_GONE_MS, openFollowing } from './following.ts';
import { deferred, forgetOld, KEPT_MS, silence, type KnownRun } from './known-run.ts';
import type { Refusal, Reply, SiteSled } from './messages.ts';
import { readTell } from './messages.ts';
import type { NewsItem } from './news.ts';
import { packReport, roomIn, type Packed } from './parts.ts';
import { isFollowed, readQuestion, type Question } from './question.ts';
import { answerSubject, askWordsOf, RUNNER_QUEUE, tellerOf } from './subjects.ts';
import { versionProblem } from './versions.ts';
import type { Wire, WireMessage } from './wire.ts';

/** How often a runner says that it is still at it; one that is followed twice as often. */
const TOLD_EVERY_MS = 2000;
/** At its end a runner waits so long for askers to take their reports. */
const LAST_WORDS_MS = 5000;
/** After so many parts it waits until the hub has them. */
const PARTS_AT_ONCE = 8;
const ENDING = 'its runner is ending';

/** What a site makes of a question before it is asked. */
export interface SitePlan {
  readonly selection: string;
  readonly sleds: readonly SiteSled[];
  /** Asks the sleds; the report as JSON, and notes on it; null of a watch, which has none. Rejects only for a bug. */
  readonly answer: (run: RunOfSite) => Promise<SiteReport | null>;
}

export interface SiteReport {
  readonly json: string;
  readonly notes: readonly string[];
}

/** A run as it goes on at its site. */
export interface RunOfSite {
  readonly question: Question;
  readonly asker: string;
  /** Fires when the asker stops the run, or is gone from one that it follows. */
  readonly stop: AbortSignal;
  readonly onSled: (what: 'answered' | 'failed') => void;
  /** Tells the asker what happened just now (monotonic milliseconds); null where it does not follow. */
  readonly tell: ((item: NewsItem, atMs: number, key: string | null) => void) | null;
}

/** A question that ended, for the audit log. */
export interface ServedQuestion {
  readonly asker: string;
  readonly question: Question | null;
  readonly run: string | null;
  readonly probe: string;
  readonly startedAt: Date;
  readonly end: 'answered' | Refusal | 'stopped' | 'repeated';
  readonly reason: string | null;
}

export interface ServeSettings {
  readonly site: string;
  readonly runner: string;
  readonly version: string;
  readonly allows: (probe: string) => boolean;
  /** Questions that run at the same time. */
  readonly atOnce: number;
  readonly now: () => Date;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Reads the inventory and selects. */
  readonly plan: (
    question: Question,
  ) => Promise<SitePlan | { readonly why: Refusal; readonly reason: string }>;
  readonly onServed: (served: ServedQuestion) => void;
}

export interface Serving {
  readonly running: () => number;
  /** Hears no more questions, and resolves when what runs has ended; what is under way may be stopped. */
  readonly finish: () => Promise<void>;
}

/** Hears the questions of a site and answers each once; asked again, it says the same and asks no sled again. */
export function serveSite(wire: Wire, settings: ServeSettings): Serving {
  const { site, now } = settings;
  const runs = new Map<string, KnownRun>();
  const active = new Set<Promise<void>>();
  let running = 0;
  let isEnding = false;
  const who = () => ({ runner: settings.runner, version: settings.version, now: now().toISOString() });

  const send = (asker: string, run: string, reply: Reply): void => {
    const at = { now: now().toISOString(), sent_ms: Math.round(settings.elapsed()) };
    wire.publish(answerSubject(asker, site, run), JSON.stringify({ ...reply, ...at }));
  };

  const claims = openClaims(wire, site, {
    elapsed: settings.elapsed,
    onLost(run) {
      const entry = runs.get(run);
      if (entry === undefined) return;
      entry.isOthers = true;
      entry.stop.abort();
      silence(entry);
    },
    onAgain(run) {
      const entry = runs.get(run);
      if (entry !== undefined) send(entry.asker, run, entry.state);
    },
  });

  const hear = (message: WireMessage): void => {
    const words = askWordsOf(message.subject);
    if (words === null) return;
    const { asker, probe } = words;
    const startedAt = now();
    const run = runIn(message.data);
    const read = readQuestion(message.data);
    const refuse = (why: Refusal, reason: string): void => {
      const question = read.ok ? read.value : null;
      settings.onServed({ asker, question, run, probe, startedAt, end: why, reason });
      if (run !== null) send(asker, run, { type: 'refused', ...who(), why, reason });
    };
    if (!read.ok) return refuse('refused', read.wrong);
    const question = read.value;
    const text = Buffer.from(message.data).toString('utf8');
    const known = runs.get(question.run);
    if (known !== undefined && !known.isOthers) {
      if (known.asker !== asker || known.question !== text) {
        return refuse('refused', `the run id ${question.run} was used for another question`);
      }
      settings.onServed({ asker, question, run, probe, startedAt, end: 'repeated', reason: null });
      return send(asker, question.run, known.state);
    }
    if (claims.isOthers(question.run)) {
      settings.onServed({ asker, question, run, probe, startedAt, end: 'repeated', reason: null });
      return claims.again(question.run);
    }
    if (probe !== question.probe) {
      return refuse('refused', `it was sent as a question of ${probe}, and is one of ${question.probe}`);
    }
    const versions = versionProblem(question.version, settings.version);
    if (versions !== null) return refuse('refused', versions);
    if (!settings.allows(probe)) return refuse('refused', `its runner does not allow ${probe}`);
    const late = startedAt.getTime() - Date.parse(question.start_by);
    if (late > 0) {
      const clock = startedAt.toISOString();
      return refuse(
        'expired',
        `the question was to begin by ${question.start_by}, and the runner's clock says ${clock}`,
      );
    }
    if (isEnding || running >= settings.atOnce) {
      const many = running === 1 ? '1 question is' : `${running} questions are`;
      return refuse('busy', isEnding ? ENDING : `${many} under way there, as many as it takes`);
    }
    const entry: KnownRun = {
      asker,
      question: text,
      stop: new AbortController(),
      at: startedAt.getTime(),
      state: { type: 'progress', ...who(), selected: 0, answered: 0, failed: 0 },
      packed: null,
      following: null,
      whyStopped: null,
      isOthers: false,
      timer: null,
      taken: deferred(),
    };
    runs.set(question.run, entry);
    running += 1;
    const work = serve(entry, question, startedAt).finally(() => {
      running -= 1;
      active.delete(work);
      forgetOld(runs, now().getTime());
    });
    active.add(work);
  };

  const serve = async (entry: KnownRun, question: Question, startedAt: Date): Promise<void> => {
    const { asker } = entry;
    const { run, probe } = question;
    const served = { asker, question, run, probe, startedAt };
    const say = (reply: Reply): void => {
      entry.state = reply;
      if (!entry.isOthers) send(asker, run, reply);
    };
    if (!(await claims.take(run)) || entry.isOthers) {
      runs.delete(run);
      entry.taken.done();
      claims.again(run);
      return settings.onServed({ ...served, end: 'repeated', reason: null });
    }
    const plan = await settings.plan(question);
    if ('why' in plan) {
      say({ type: 'refused', ...who(), why: plan.why, reason: plan.reason });
      entry.taken.done();
      return settings.onServed({ ...served, end: plan.why, reason: plan.reason });
    }
    if (entry.isOthers) {
      runs.delete(run);
      return settings.onServed({ ...served, end: 'repeated', reason: null });
    }
    const { selection, sleds } = plan;
    say({ type: 'accepted', ...who(), selection, sleds: [...sleds] });
    const counts = { answered: 0, failed: 0 };
    const following = isFollowed(question) ? follow(entry, run) : null;
    entry.following = following;
    if (isEnding && following !== null) stop(entry, ENDING);
    const news = () => (following === null ? {} : { news: following.last() });
    // Spread out: runners that were asked at the same moment do not all speak at once.
    entry.timer = setInterval(
      () => {
        const lateMs = now().getTime() - Date.parse(question.deadline);
        if (lateMs > KEPT_MS) return silence(entry);
        if (lateMs > 0 && following !== null) stop(entry, 'its time is over');
        const isGoingOn = entry.state.type === 'accepted' || entry.state.type === 'progress';
        say(
          isGoingOn
            ? { type: 'progress', ...who(), selected: sleds.length, ...counts, ...news() }
            : entry.state,
        );
      },
      (TOLD_EVERY_MS - randomInt(TOLD_EVERY_MS / 4)) / (following === null ? 1 : 2),
    );
    try {
      const report = await plan.answer({
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
        say({ type: 'over', ...who(), reason, ...news() });
        silence(entry);
        entry.following = null;
        return settings.onServed({ ...served, end: entry.isOthers ? 'repeated' : 'stopped', reason });
      }
      const packed = await packReport(report.json, wire.maxPayload());
      entry.packed = packed;
      const { parts, bytes, digest } = packed;
      say({
        type: 'ready',
        ...who(),
        parts: parts.length,
        bytes,
        digest,
        notes: [...report.notes],
        ...news(),
      });
      const end = entry.stop.signal.aborted ? 'stopped' : 'answered';
      settings.onServed({ ...served, end: entry.isOthers ? 'repeated' : end, reason: entry.whyStopped });
    } catch (error) {
      silence(entry);
      if (!(error instanceof FleetError)) throw error;
      // What a probe does not take, for one: nobody who asks ends a runner.
      const reason = describeError(error);
      await following?.drained();
      say({ type: 'refused', ...who(), why: 'failed', reason });
      settings.onServed({ ...served, end: 'failed', reason });
    }
  };

  const follow = (entry: KnownRun, run: string) =>
    openFollowing({
      elapsed: settings.elapsed,
      who,
      room: roomIn(wire.maxPayload()),
      publish: (data) => {
        if (!entry.isOthers) wire.publish(answerSubject(entry.asker, site, run), data);
      },
      onGone: () => stop(entry, `nothing was heard of its asker for ${writeDuration(ASKER_GONE_MS)}`),
    });

  const stop = (entry: KnownRun, why: string): void => {
    entry.whyStopped ??= why;
    entry.stop.abort();
  };

  const hearTold = (message: WireMessage): void => {
    const asker = tellerOf(message.subject);
    const read = readTell(message.data);
    if (!read.ok || asker === null) return;
    const entry = runs.get(read.value.run);
    if (entry === undefined || entry.asker !== asker || entry.isOthers) return;
    switch (read.value.type) {
      case 'stop':
        entry.stop.abort();
        if (entry.packed !== null) silence(entry);
        return;
      case 'follow':
        return entry.following?.hear(read.value);
      case 'send': {
        if (entry.packed === null) return;
        if (entry.timer !== null) clearInterval(entry.timer);
        const isLast = read.value.to >= entry.packed.parts.length;
        // A connection that is gone is known elsewhere, and who asks asks again for what did not come.
        void sendParts(entry.packed, read.value, answerSubject(asker, site, read.value.run)).then(
          () => isLast && entry.taken.done(),
          () => {},
        );
      }
    }
  };

  const sendParts = async (
    { parts }: Packed,
    { from, to }: { readonly from: number; readonly to: number },
    subject: string,
  ): Promise<void> => {
    for (let n = from; n < Math.min(to, parts.length); n++) {
      const part = parts[n];
      if (part !== undefined) wire.publish(subject, part, { part: n });
      if ((n - from) % PARTS_AT_ONCE === PARTS_AT_ONCE - 1) await wire.flush();
    }
  };

  wire.subscribe(`cruc.v1.ask.${site}.*.*`, hear, RUNNER_QUEUE);
  wire.subscribe(`cruc.v1.tell.${site}.*`, hearTold);
  return {
    running: () => running,
    async finish() {
      isEnding = true;
      // A watch has no end of its own.
      for (const entry of runs.values()) if (entry.following !== null) stop(entry, ENDING);
      await Promise.all(active);
      const all = [...runs.values()]
        .filter(({ packed }) => packed !== null)
        .map(({ taken }) => taken.promise);
      const patience = pause(LAST_WORDS_MS, undefined, { ref: false });
      await Promise.race([Promise.all(all), patience]);
      await wire.flush().catch(() => {});
      for (const entry of runs.values()) silence(entry);
    },
  };
}

/** The run id of a question whatever else is wrong with it: where the refusal goes. */
function runIn(data: Uint8Array): string | null {
  const [, run] = /"run":"([0-9a-f]{12})"/.exec(Buffer.from(data).toString('utf8')) ?? [];
  return run ?? null;
}
