import { attemptFacts, type Attempts } from '../../facts/slog.ts';
import { readSledExplanation, type SledExplanation, type ServiceLog } from '../../facts/sled-explanation.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { known } from '../../facts/value.ts';
import { INDICES, type Index } from '../../facts/fact.ts';
import type { DownstairsPlace } from '../../facts/place.ts';
import type { Heard } from '../../explain/evidence.ts';
import type { SledOutcome } from '../../model/report.ts';
import { describeError } from '../../model/error.ts';
import { onOneLine } from '../../model/printable.ts';
import { roleOf } from '../../model/health.ts';
import { runOnFleet, type FleetRun } from '../ask/fleet-run.ts';
import type { Rounds } from '../ask/rounds.ts';
import type { Surroundings } from '../surroundings.ts';
import { explainJob, TRACE_SECONDS, type SledQuestion } from './explain-job.ts';
import type { ExplainOptions } from './explain-options.ts';
import type { NamedPlaces, PlacedUpstairs } from './named-places.ts';

/** `explain.sh` traces for 25 s, and may wait 5 s for each log beside that. */
const RUN_TIMEOUT_MS = 90_000;
const OUTPUT_BYTES = 1024 * 1024;
/** Processes of one sled that are traced, as slog.d has them. */
const TRACED_PROCESSES = 4;

/** What one sled told, and why that is not all; null where it is. */
export type SledAnswer = SledExplanation & { readonly failure: string | null };

/** What sleds told of logs and attempts. */
export interface Told {
  readonly run: FleetRun | null;
  /** By the id of the sled. */
  readonly bySled: ReadonlyMap<string, SledAnswer>;
  readonly questions: ReadonlyMap<string, SledQuestion>;
}

export const NOTHING_TOLD: Told = { run: null, bySled: new Map(), questions: new Map() };

/** What is asked of each sled, of the lost copies of what was named: nothing where all are well. */
export function questionsOf(
  { placed, inventory, base }: NamedPlaces,
  { trace, offline }: Pick<ExplainOptions, 'trace' | 'offline'>,
): ReadonlyMap<string, SledQuestion> {
  if (offline === true) return new Map();
  const questions = new Map<string, { logs: Set<string>; pids: Set<number> }>();
  const of = (sled: string) => {
    const own = questions.get(sled) ?? { logs: new Set<string>(), pids: new Set<number>() };
    questions.set(sled, own);
    return own;
  };
  const sleds = new Map(
    inventory.targets.flatMap(({ sled }) => (sled.serial === null ? [] : [[sled.serial, sled.id] as const])),
  );
  for (const upstairs of placed) {
    const lost = lostOf(upstairs);
    if (lost.length === 0) continue;
    const { row, cells } = upstairs;
    if (trace && row !== null && typeof row['pid'] === 'number' && typeof cells['sled'] === 'string') {
      const { pids } = of(cells['sled']);
      if (pids.size < TRACED_PROCESSES) pids.add(row['pid']);
    }
    for (const copy of lost) {
      const sled = sleds.get(known(copy.sled) ?? '');
      const name = logName(copy);
      const isThere = base
        .by('service', 'region', known(copy.region) ?? '')
        .some(({ fact, origin }) => origin.isNow && fact.zone === known(copy.zone));
      if (sled !== undefined && name !== null && isThere) of(sled).logs.add(name);
    }
  }
  return new Map(
    [...questions].map(([sled, { logs, pids }]) => [sled, { logs: [...logs], pids: [...pids] }] as const),
  );
}

/** Those of its copies that do not serve and are not under repair. */
export function lostOf({ place }: PlacedUpstairs): readonly DownstairsPlace[] {
  return place.downstairs.filter(({ state }) => state !== null && roleOf(state) === 'lost');
}

/** `ZONE/REGION`, as explain.sh is asked; null where either is not known. */
export function logName({ zone, region }: DownstairsPlace): string | null {
  const [a, b] = [known(zone), known(region)];
  return a === null || b === null ? null : `${a}/${b}`;
}

/** Asks the sleds that can tell something, over the connections of the rounds before. */
export async function askToExplain(
  questions: ReadonlyMap<string, SledQuestion>,
  options: ExplainOptions,
  surroundings: Surroundings,
  { inventory }: NamedPlaces,
  rounds: Rounds,
  ownDrawing: boolean,
): Promise<Told> {
  if (questions.size === 0) return NOTHING_TOLD;
  const isTraced = [...questions.values()].some(({ pids }) => pids.length > 0);
  const run = await runOnFleet(options, surroundings, {
    job: await explainJob(surroundings.scriptsFolder, questions),
    inventory,
    only: new Set(questions.keys()),
    rounds,
    ownDrawing,
    ...(isTraced ? { windowMs: TRACE_SECONDS * 1000 } : {}),
    runTimeoutMs: RUN_TIMEOUT_MS,
    maxOutputBytes: OUTPUT_BYTES,
  });
  return {
    questions,
    run: {
      ...run,
      outcomes: run.outcomes.map((outcome) =>
        outcome.status === 'failed' ? outcome : { ...outcome, text: '' },
      ),
    },
    bySled: new Map(run.outcomes.map((outcome) => [outcome.sled.id, answerOf(outcome)] as const)),
  };
}

function answerOf(outcome: SledOutcome): SledAnswer {
  return outcome.status === 'answered'
    ? { ...readSledExplanation(outcome.text), failure: null }
    : { ...readSledExplanation(''), failure: onOneLine(describeError(outcome.error)) };
}

/** What the sled told of attempts of a session, as facts of this run. */
export function slogFacts({ placed }: NamedPlaces, told: Told): readonly FactSet[] {
  return placed.flatMap((upstairs): readonly FactSet[] => {
    const attempts = INDICES.flatMap((index) => attemptsOf(upstairs, index, told) ?? []);
    const facts = attemptFacts(attempts, upstairs.place.upstairsId).map((fact) =>
      fact.kind === 'upstairs' ? { ...fact, session: sessionOf(upstairs) } : fact,
    );
    if (facts.length === 0) return [];
    const label = String(upstairs.own.zone);
    return [{ source: 'live-slog', label, asOf: null, isFileTime: false, isNow: true, issues: [], facts }];
  });
}

/** What was heard of attempts to connect to a downstairs. */
export function heardOf(
  upstairs: PlacedUpstairs,
  index: Index,
  told: Told | 'tracing',
  { trace, offline }: Pick<ExplainOptions, 'trace' | 'offline'>,
): Heard {
  const unread = (why: string): Heard => ({ kind: 'unread', why });
  const { row, cells } = upstairs;
  if (offline === true) return unread('--offline: nobody was asked');
  if (!trace) return unread('--no-trace');
  if (row === null) return unread('no VM that runs it was seen');
  if (!lostOf(upstairs).some((copy) => copy.index === index))
    return unread('it is not lost, and one that is connected logs nothing');
  if (told === 'tracing') return { kind: 'tracing', seconds: TRACE_SECONDS };
  const sled = String(cells['sled']);
  const pid = Number(row['pid']);
  if (told.questions.get(sled)?.pids.includes(pid) !== true)
    return unread(`not traced: of one sled ${TRACED_PROCESSES} processes are at most`);
  const answer = told.bySled.get(sled);
  if (answer === undefined) return unread('its sled was not asked');
  const attempts = attemptsOf(upstairs, index, told);
  if (attempts !== null) return { kind: 'heard', attempts };
  if (answer.failure !== null) return unread(`the trace on its sled failed: ${answer.failure}`);
  if (!answer.slog.isEnded) return unread('the trace did not end, and had heard nothing until then');
  if (answer.probes.get(pid) === 0) return unread('its process shows no probes of slog');
  return { kind: 'silence', seconds: TRACE_SECONDS };
}

/** The last log lines of the service of a copy. */
export function logOf(
  copy: DownstairsPlace,
  told: Told | 'tracing',
  sledId: string | null,
  { offline }: Pick<ExplainOptions, 'offline'>,
): ServiceLog {
  if (offline === true) return { unread: '--offline: nobody was asked' };
  if (told === 'tracing') return { unread: 'being read' };
  const name = logName(copy);
  if (name === null || sledId === null) return { unread: 'its region, zone or sled is not known' };
  if (told.questions.get(sledId)?.logs.includes(name) !== true)
    return { unread: 'its sled did not list its service in this run' };
  const answer = told.bySled.get(sledId);
  return answer?.logs.get(name) ?? { unread: answer?.failure ?? 'its sled did not say what became of it' };
}

function attemptsOf({ row, cells, own }: PlacedUpstairs, index: Index, told: Told): Attempts | null {
  const answer = told.bySled.get(String(cells['sled']));
  if (answer === undefined || row === null) return null;
  const ofPid = answer.slog.attempts.filter((each) => each.pid === row['pid'] && each.index === index);
  return ofPid.find(({ session }) => session !== null && session === own.session) ?? null;
}

function sessionOf({ own }: PlacedUpstairs): string | null {
  return typeof own.session === 'string' ? own.session : null;
}
