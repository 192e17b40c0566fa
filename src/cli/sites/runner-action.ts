import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkProbe } from '../../check/check-probe.ts';
import { openAuditFile } from '../../fleet/audit-log.ts';
import { formatDuration, writeDuration } from '../../model/duration.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { globMatcher } from '../../model/glob.ts';
import { printable } from '../../model/printable.ts';
import { BEAT_SCHEMA, packBeat, type Beat } from '../../relay/beat.ts';
import type { Hub } from '../../relay/nats/connect.ts';
import { publishKept } from '../../relay/nats/publish-kept.ts';
import { SLEDS, WATCH } from '../../relay/question.ts';
import type { ServedQuestion } from '../../relay/serve-settings.ts';
import { serveSite, type Serving } from '../../relay/serve-site.ts';
import { beatSubject, isRelayName, NAME_RULE } from '../../relay/subjects.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { EXIT } from '../exit-code.ts';
import type { RelayOptions } from '../options/relay-options.ts';
import { openInventory } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { OTHER_QUESTIONS, planQuestion, RELAY_PROBES } from './answer-question.ts';
import { openHubWay, type HubWay } from './open-hub.ts';
import { checkOnSchedule } from './scheduled-check.ts';
import { auditHead, auditQuestion } from './site-audit.ts';

export type RunnerOptions = Omit<FleetOptions, keyof RelayOptions> &
  Omit<RelayOptions, 'site'> & {
    readonly site?: string;
    readonly name?: string;
    readonly allow?: readonly string[];
    readonly atOnce: number;
    /** Milliseconds between scheduled checks. */
    readonly every?: number;
    /** Seconds that a scheduled check watches each sled. */
    readonly window?: number;
  };

const USUALLY_ALLOWED = ['ds-state', 'lr-state', 'repairs', 'check', WATCH, SLEDS];

const BEAT_EVERY_MS = 15_000;
/** Where nobody keeps heartbeats yet: they are kept soon after somebody does. */
const UNKEPT_BEAT_EVERY_MS = 2000;
const USUAL_WINDOW_SECONDS = 3;
/** A check takes some seconds, and a state of that age is as good as now. */
const LEAST_EVERY_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A hub that is not there yet is tried again, by each runner at another moment. */
const RETRY_MS = { from: 1000, to: 30_000 };

/** Runs until it is told to end, and gives the exit status. `scheduled` is what it does every so often by itself. */
export async function runRunner(
  scheduled: string | undefined,
  options: RunnerOptions,
  surroundings: Surroundings,
): Promise<number> {
  refuseSchedule(scheduled, options);
  const { err } = surroundings.terminal;
  const say = (text: string) => options.quiet === true || err.write(`${printable(text)}\n`);
  const {
    relay: _,
    creds: _c,
    relayCa: _r,
    site: wantedSite,
    name,
    allow = USUALLY_ALLOWED,
    atOnce,
    every,
    window = USUAL_WINDOW_SECONDS,
    ...fleet
  } = options;
  const way = await openHubWay({ ...pickHub(options) }, 'site', surroundings);
  const site = siteOf(way, wantedSite);
  const runner = runnerName(name, surroundings);
  const allows = allowed(allow);
  // What is wrong with it is said at once, and not at the first question.
  await openInventory(fleet, surroundings);
  const audit =
    options.auditLog === undefined ? null : openAuditFile(resolve(surroundings.cwd, options.auditLog));
  const stop = new AbortController();
  const stopListening = surroundings.onInterrupt(() => stop.abort());
  const startedAt = surroundings.now();
  try {
    const hub = await connectPatiently(way, surroundings, stop.signal, say);
    if (hub === null) return EXIT.ok;
    const gone: { why: string | null } = { why: null };
    hub.wire.onTrouble((trouble) => {
      if (trouble.type === 'gone' && !stop.signal.aborted) {
        gone.why = trouble.reason;
        stop.abort();
      }
      if (trouble.type === 'lost') say('the connection to the hub was lost; trying again');
      if (trouble.type === 'back') say('the hub is there again');
      if (trouble.type === 'refused')
        say(`the hub does not permit ${trouble.subject} with these credentials`);
    });
    const serving = serveSite(hub.wire, {
      site,
      runner,
      version: surroundings.version,
      allows,
      atOnce,
      now: surroundings.now,
      elapsed: surroundings.elapsed,
      plan: (question) => planQuestion(question, fleet, surroundings),
      onServed(served) {
        audit?.add(auditLine(served, { site, runner }, surroundings));
        say(servedText(served, surroundings.now()));
      },
    });
    const beat = () => makeBeat({ site, runner, allow, atOnce, startedAt, serving }, fleet, surroundings);
    await hub.wire.flush();
    say(`site ${site}: runner ${runner} is connected to the hub, and answers ${allow.join(', ')}`);
    const work = { signal: stop.signal, say };
    await Promise.all([
      beatUntil(hub, beatSubject(site, runner), beat, work),
      ...(every === undefined
        ? []
        : [
            checkOnSchedule(
              hub,
              { site, runner, everyMs: every, seconds: window },
              fleet,
              surroundings,
              work,
            ),
          ]),
    ]);
    await serving.finish();
    await hub.wire.close();
    if (gone.why !== null) {
      throw new FleetError('configuration', `the hub ended the connection for good: ${gone.why}`);
    }
    return EXIT.ok;
  } finally {
    stopListening();
    for (const problem of audit?.close() ?? []) err.write(`warning: ${printable(problem)}\n`);
  }
}

function refuseSchedule(scheduled: string | undefined, { every, window }: RunnerOptions): void {
  if (scheduled !== undefined && scheduled !== checkProbe.name) {
    throw new FleetError('usage', `'${scheduled}' cannot be scheduled; only check: --every 5m check`);
  }
  if ((scheduled === undefined) !== (every === undefined)) {
    throw new FleetError('usage', '--every and what is done so often go together: --every 5m check');
  }
  if (window !== undefined && every === undefined) {
    throw new FleetError('usage', '--window is of scheduled checks: --every 5m check --window 5s');
  }
  if (every !== undefined && every < LEAST_EVERY_MS) {
    throw new FleetError('usage', `--every: at least ${writeDuration(LEAST_EVERY_MS)}`);
  }
  if (every !== undefined && window !== undefined && window * 2000 > every) {
    throw new FleetError('usage', `--window: at most half of --every, which is ${writeDuration(every)}`);
  }
}

function pickHub({ relay, creds, relayCa }: RunnerOptions): RelayOptions {
  return {
    ...(relay === undefined ? {} : { relay }),
    ...(creds === undefined ? {} : { creds }),
    ...(relayCa === undefined ? {} : { relayCa }),
  };
}

function siteOf({ credentials }: HubWay, wanted: string | undefined): string {
  if (wanted === undefined || wanted === credentials.name) return credentials.name;
  throw new FleetError('usage', `--site ${wanted}: the credentials are of site ${credentials.name}`);
}

function runnerName(given: string | undefined, { hostName }: Surroundings): string {
  const name =
    given ??
    hostName
      .replaceAll(/[^a-z0-9_-]/gi, '-')
      .replace(/^[-_]+/, '')
      .slice(0, 32);
  if (isRelayName(name)) return name;
  throw new FleetError('usage', `--name: '${name}' is not a name for a runner; a name is ${NAME_RULE}`);
}

/** Refuses a pattern that allows nothing: it is mistyped. */
function allowed(patterns: readonly string[]): (probe: string) => boolean {
  const matchers = patterns.map((pattern) => ({ pattern, matches: globMatcher(pattern) }));
  const names = [...RELAY_PROBES.map(({ name }) => name), ...OTHER_QUESTIONS];
  const strange = matchers.find(({ matches }) => !names.some(matches));
  if (strange !== undefined) {
    throw new FleetError(
      'usage',
      `--allow: '${strange.pattern}' is not a probe; the probes are ${names.join(', ')}`,
    );
  }
  return (probe) => matchers.some(({ matches }) => matches(probe));
}

/** Null where it was told to end before. Rejects where the hub does not accept the credentials: that stays so. */
async function connectPatiently(
  way: HubWay,
  { random }: Surroundings,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Hub | null> {
  let waitMs = RETRY_MS.from;
  let said: string | null = null;
  while (!signal.aborted) {
    try {
      return await way.connect(CONNECT_TIMEOUT_MS);
    } catch (error) {
      if (!(error instanceof FleetError) || error.code === 'authentication') throw asConfiguration(error);
      const text = describeError(error);
      if (text !== said) say(`${text}; trying again`);
      said = text;
    }
    await pause(waitMs / 2 + random() * waitMs, undefined, { signal }).catch(() => {});
    waitMs = Math.min(RETRY_MS.to, waitMs * 2);
  }
  return null;
}

function asConfiguration(error: unknown): unknown {
  return error instanceof FleetError
    ? new FleetError('configuration', error.message, { cause: error.cause })
    : error;
}

interface BeatAbout {
  readonly site: string;
  readonly runner: string;
  readonly allow: readonly string[];
  readonly atOnce: number;
  readonly startedAt: Date;
  readonly serving: Serving;
}

async function makeBeat(
  { site, runner, allow, atOnce, startedAt, serving }: BeatAbout,
  options: FleetOptions,
  surroundings: Surroundings,
): Promise<Beat> {
  const about = {
    schema: BEAT_SCHEMA,
    site,
    runner,
    version: surroundings.version,
    at: surroundings.now().toISOString(),
    started_at: startedAt.toISOString(),
    every_ms: BEAT_EVERY_MS,
    allow: [...allow],
    at_once: atOnce,
    running: serving.running(),
  };
  try {
    const { racks, targets } = await openInventory(options, surroundings);
    return {
      ...about,
      racks: racks.map(({ id, name }) => ({ id, name })),
      sleds: targets.map(({ sled: { id, rack, name, serial, cubby, labels } }) => ({
        id,
        rack,
        name,
        serial,
        cubby,
        ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
      })),
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { ...about, racks: [], sleds: [], problem: describeError(error) };
  }
}

/** Each heartbeat says what is there now: an inventory that was changed is read again. */
async function beatUntil(
  hub: Hub,
  subject: string,
  beat: () => Promise<Beat>,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (text: string) => void },
): Promise<void> {
  let said: string | null = null;
  while (!signal.aborted) {
    const kept = await publishKept(hub, subject, packBeat(await beat()));
    const why = 'why' in kept ? kept.why : null;
    if (signal.aborted) return;
    if (why !== said) {
      say(why === null ? 'the hub keeps the heartbeats' : `the hub does not keep the heartbeats: ${why}`);
    }
    said = why;
    const mayBeKeptSoon = why !== null && hub.hasStreams;
    const ms = mayBeKeptSoon ? UNKEPT_BEAT_EVERY_MS : BEAT_EVERY_MS;
    await pause(ms, undefined, { signal }).catch(() => {});
  }
}

function servedText({ asker, run, probe, startedAt, end, reason }: ServedQuestion, now: Date): string {
  const took = formatDuration(Math.max(0, now.getTime() - startedAt.getTime()));
  const why = reason === null ? '' : `: ${reason}`;
  return `${startedAt.toISOString()} ${asker} asked ${probe} (run ${run ?? 'unknown'}): ${end}${why} (${took})`;
}

function auditLine(
  { asker, question, run, probe, startedAt, end, reason }: ServedQuestion,
  { site, runner }: { readonly site: string; readonly runner: string },
  surroundings: Surroundings,
): Readonly<Record<string, unknown>> {
  return {
    ...auditHead({ asker, site, run, startedAt }, surroundings),
    runner,
    question: question === null ? { probe } : { ...auditQuestion(question), probe },
    end,
    reason,
  };
}
