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

/** A site whose runner hears questions. */
interface Service extends ServedSite {
  /** What is under way. */
  readonly active: Set<Promise<void>>;
  isFinishing: boolean;
}

/** A question as it came. */
interface Asked {
  readonly asker: string;
  readonly probe: string;
  readonly run: string | null;
  readonly question: Question | null;
  readonly startedAt: Date;
}

/** Hears the questions of a site and answers each once; asked again, it says the same and asks no sled again. */
export function serveSite(wire: Wire, settings: ServeSettings): Serving {
  const { site, now, elapsed } = settings;
  const runs = new Map<string, KnownRun>();
  const send = (asker: string, run: string, reply: Reply): void => {
    const at = { now: now().toISOString(), sent_ms: Math.round(elapsed()) };
    wire.publish(answerSubject(asker, site, run), JSON.stringify({ ...reply, ...at }));
  };
  const claims = openClaims(wire, site, {
    elapsed,
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
  const service: Service = {
    wire,
    settings,
    runs,
    claims,
    send,
    who: () => ({ runner: settings.runner, version: settings.version, now: now().toISOString() }),
    isEnding: () => service.isFinishing,
    active: new Set(),
    isFinishing: false,
  };
  wire.subscribe(`cruc.v1.ask.${site}.*.*`, (message) => hear(service, message), RUNNER_QUEUE);
  wire.subscribe(`cruc.v1.tell.${site}.*`, (message) => hearTold(service, message));
  return { running: () => service.active.size, finish: () => finish(service) };
}

async function finish(service: Service): Promise<void> {
  const { runs, active, wire } = service;
  service.isFinishing = true;
  // A watch has no end of its own.
  for (const entry of runs.values()) if (entry.following !== null) stopRun(entry, ENDING);
  await Promise.all(active);
  const all = [...runs.values()].filter(({ packed }) => packed !== null).map(({ taken }) => taken.promise);
  const patience = pause(LAST_WORDS_MS, undefined, { ref: false });
  await Promise.race([Promise.all(all), patience]);
  await wire.flush().catch(() => {});
  for (const entry of runs.values()) silence(entry);
}

function hear(service: Service, { subject, data }: WireMessage): void {
  const { settings, active } = service;
  const words = askWordsOf(subject);
  if (words === null) return;
  const read = readQuestion(data);
  const question = read.ok ? read.value : null;
  const asked: Asked = { ...words, run: runIn(data), question, startedAt: settings.now() };
  if (!read.ok) return refuse(service, asked, 'refused', read.wrong);
  const text = Buffer.from(data).toString('utf8');
  if (isRepeated(service, asked, read.value, text)) return;
  const state = { ...settings, running: active.size, isEnding: service.isFinishing };
  const refusal = refusalOf(read.value, words.probe, asked.startedAt, state);
  if (refusal !== null) return refuse(service, asked, refusal.why, refusal.reason);
  const work = serve(service, asked, read.value, text).finally(() => {
    active.delete(work);
    forgetOld(service.runs, settings.now().getTime());
  });
  active.add(work);
}

function refuse({ settings, send, who }: Service, asked: Asked, why: Refusal, reason: string): void {
  settings.onServed({ ...asked, end: why, reason });
  if (asked.run !== null) send(asked.asker, asked.run, { type: 'refused', ...who(), why, reason });
}

/** Answers a question that came before, here or at another runner of the site. */
function isRepeated(service: Service, asked: Asked, { run }: Question, text: string): boolean {
  const { settings, runs, claims, send } = service;
  const known = runs.get(run);
  const isOurs = known !== undefined && !known.isOthers;
  if (isOurs && (known.asker !== asked.asker || known.question !== text)) {
    refuse(service, asked, 'refused', `the run id ${run} was used for another question`);
    return true;
  }
  if (!isOurs && !claims.isOthers(run)) return false;
  settings.onServed({ ...asked, end: 'repeated', reason: null });
  if (isOurs) send(asked.asker, run, known.state);
  else claims.again(run);
  return true;
}

async function serve(service: Service, asked: Asked, question: Question, text: string): Promise<void> {
  const { asker, startedAt } = asked;
  const entry: KnownRun = {
    asker,
    question: text,
    stop: new AbortController(),
    at: startedAt.getTime(),
    state: { type: 'progress', ...service.who(), selected: 0, answered: 0, failed: 0 },
    packed: null,
    following: null,
    whyStopped: null,
    isOthers: false,
    timer: null,
    taken: deferred(),
  };
  service.runs.set(question.run, entry);
  const ended = await serveRun(service, entry, question);
  service.settings.onServed({ ...asked, run: question.run, ...ended });
}

function hearTold({ wire, settings, runs }: Service, { subject, data }: WireMessage): void {
  const asker = tellerOf(subject);
  const read = readTell(data);
  if (!read.ok || asker === null) return;
  const told = read.value;
  const entry = runs.get(told.run);
  if (entry === undefined || entry.asker !== asker || entry.isOthers) return;
  switch (told.type) {
    case 'stop':
      entry.stop.abort();
      if (entry.packed !== null) silence(entry);
      return;
    case 'follow':
      return entry.following?.hear(told);
    case 'send': {
      if (entry.packed === null) return;
      if (entry.timer !== null) clearInterval(entry.timer);
      const isLast = told.to >= entry.packed.parts.length;
      // A connection that is gone is known elsewhere, and who asks asks again for what did not come.
      void sendParts(wire, entry.packed, told, answerSubject(asker, settings.site, told.run)).then(
        () => isLast && entry.taken.done(),
        () => {},
      );
    }
  }
}

async function sendParts(
  wire: Wire,
  { parts }: Packed,
  { from, to }: { readonly from: number; readonly to: number },
  subject: string,
): Promise<void> {
  for (let n = from; n < Math.min(to, parts.length); n++) {
    const part = parts[n];
    if (part !== undefined) wire.publish(subject, part, { part: n });
    if ((n - from) % PARTS_AT_ONCE === PARTS_AT_ONCE - 1) await wire.flush();
  }
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
