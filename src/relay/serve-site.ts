import { setTimeout as pause } from 'node:timers/promises';
import { openClaims } from './claims.ts';
import { deferred, forgetOld, silence, stopRun, type KnownRun } from './known-run.ts';
import type { Refusal, Reply } from './messages.ts';
import { readTell } from './messages.ts';
import type { Packed } from './parts.ts';
import { readQuestion, type Question } from './question.ts';
import { ENDING, serveRun, type ServedSite } from './served-run.ts';
import type { ServeSettings } from './serve-settings.ts';
import { answerSubject, askWordsOf, RUNNER_QUEUE, tellerOf } from './subjects.ts';
import { versionProblem } from './versions.ts';
import type { Wire, WireMessage } from './wire.ts';

/** At its end a runner waits so long for askers to take their reports. */
const LAST_WORDS_MS = 5000;
/** After so many parts it waits until the hub has them. */
const PARTS_AT_ONCE = 8;

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

  const served: ServedSite = { wire, settings, runs, claims, who, send, isEnding: () => isEnding };

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
    const refusal = refusalOf(question, probe, startedAt, { ...settings, running, isEnding });
    if (refusal !== null) return refuse(refusal.why, refusal.reason);
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
    const { run, probe } = question;
    const ended = await serveRun(served, entry, question);
    settings.onServed({ asker: entry.asker, question, run, probe, startedAt, ...ended });
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
      for (const entry of runs.values()) if (entry.following !== null) stopRun(entry, ENDING);
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

/** Why a site does not answer a question now; null where it does. */
function refusalOf(
  question: Question,
  probe: string,
  heardAt: Date,
  {
    version,
    allows,
    atOnce,
    running,
    isEnding,
  }: Pick<ServeSettings, 'version' | 'allows' | 'atOnce'> & {
    readonly running: number;
    readonly isEnding: boolean;
  },
): { readonly why: Refusal; readonly reason: string } | null {
  if (probe !== question.probe) {
    const reason = `it was sent as a question of ${probe}, and is one of ${question.probe}`;
    return { why: 'refused', reason };
  }
  const versions = versionProblem(question.version, version);
  if (versions !== null) return { why: 'refused', reason: versions };
  if (!allows(probe)) return { why: 'refused', reason: `its runner does not allow ${probe}` };
  if (heardAt.getTime() > Date.parse(question.start_by)) {
    const clock = heardAt.toISOString();
    const reason = `the question was to begin by ${question.start_by}, and the runner's clock says ${clock}`;
    return { why: 'expired', reason };
  }
  if (isEnding) return { why: 'busy', reason: ENDING };
  if (running < atOnce) return null;
  const many = running === 1 ? '1 question is' : `${running} questions are`;
  return { why: 'busy', reason: `${many} under way there, as many as it takes` };
}

/** The run id of a question whatever else is wrong with it: where the refusal goes. */
function runIn(data: Uint8Array): string | null {
  const [, run] = /"run":"([0-9a-f]{12})"/.exec(Buffer.from(data).toString('utf8')) ?? [];
  return run ?? null;
}
