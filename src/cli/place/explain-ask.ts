import type { Heard } from '../../explain/evidence.ts';
import { attemptFacts, type Attempts } from '../../facts/slog.ts';
import type { ServiceLog } from '../../facts/sled-explanation.ts';
import type { FactSet } from '../../facts/fact-set.ts';
import { INDICES, type Index } from '../../facts/fact.ts';
import type { DownstairsPlace } from '../../facts/place.ts';
import { runOnFleet } from '../ask/fleet-run.ts';
import type { Rounds } from '../ask/rounds.ts';
import type { Surroundings } from '../surroundings.ts';
import { explainJob, TRACE_SECONDS } from './explain-job.ts';
import type { ExplainOptions } from './explain-options.ts';
import { logName, lostOf, TRACED_PROCESSES, type Questions } from './explain-questions.ts';
import { NOTHING_TOLD, toldBy, type Told } from './explain-told.ts';
import type { NamedPlaces, PlacedUpstairs } from './named-places.ts';

/** `explain.sh` traces for 25 s, or may wait 5 s for each log. */
const RUN_TIMEOUT_MS = 90_000;
const OUTPUT_BYTES = 1024 * 1024;

/** Asks the sleds that can tell something, over the connections of the rounds before. */
export async function askToExplain(
  questions: Questions,
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
  return toldBy(run, questions);
}

/** What sleds told of attempts to connect, as facts of this run. */
export function slogFacts({ placed }: NamedPlaces, told: Told): readonly FactSet[] {
  return placed.flatMap((upstairs): readonly FactSet[] => {
    const attempts = INDICES.flatMap((index) => attemptsOf(upstairs, index, told) ?? []);
    const facts = attemptFacts(attempts, upstairs.place.upstairsId);
    if (facts.length === 0) return [];
    const label = String(upstairs.own.zone);
    return [{ source: 'live-slog', label, asOf: null, isFileTime: false, isNow: true, issues: [], facts }];
  });
}

/** What was heard of attempts to connect to a downstairs. */
export function heardOf(
  upstairs: PlacedUpstairs,
  index: Index,
  told: Told,
  { trace, offline }: Pick<ExplainOptions, 'trace' | 'offline'>,
): Heard {
  const unread = (why: string): Heard => ({ kind: 'unread', why });
  const { row, cells } = upstairs;
  if (offline === true) return unread('--offline: nobody was asked');
  if (!trace) return unread('--no-trace');
  if (row === null) return unread('no VM that runs it was seen');
  if (!lostOf(upstairs).some((copy) => copy.index === index))
    return unread('it is not lost, and one that is connected logs nothing');
  if (told.isTracing) return { kind: 'tracing', seconds: TRACE_SECONDS };
  const sled = cells['sled'];
  const pid = Number(row['pid']);
  if (told.runs.some(({ interrupted }) => interrupted)) {
    const attempts = attemptsOf(upstairs, index, told);
    return attempts === null ? unread('interrupted') : { kind: 'heard', attempts };
  }
  const answer = told.answers.find((each) => each.sled === sled && each.question.pids.includes(pid));
  if (answer === undefined)
    return unread(`not traced: of one sled ${TRACED_PROCESSES} processes are at most`);
  if (answer.failure !== null) return unread(`the trace on its sled failed: ${answer.failure}`);
  const attempts = attemptsOf(upstairs, index, told);
  if (attempts !== null) return { kind: 'heard', attempts };
  if (!answer.slog.isEnded) return unread('the trace did not end, and had heard nothing until then');
  if (answer.probes.get(pid) === 0) return unread('its process shows no probes of slog');
  return { kind: 'silence', seconds: TRACE_SECONDS };
}

/** The last log lines of the service of a copy. */
export function logOf(
  copy: DownstairsPlace,
  told: Told,
  { offline }: Pick<ExplainOptions, 'offline'>,
): ServiceLog {
  if (offline === true) return { unread: '--offline: nobody was asked' };
  const name = logName(copy);
  if (name === null) return { unread: 'its region or zone is not known' };
  const answer = told.answers.find(({ question }) => question.logs.includes(name));
  if (answer === undefined) return { unread: 'its sled did not list its service in this run' };
  return answer.logs.get(name) ?? { unread: answer.failure ?? 'its sled did not say what became of it' };
}

/** Of its own session: a process may have several. */
function attemptsOf({ row, cells, own }: PlacedUpstairs, index: Index, { answers }: Told): Attempts | null {
  return (
    answers
      .filter(({ sled }) => sled === cells['sled'])
      .flatMap(({ slog }) => slog.attempts)
      .find(
        (each) =>
          each.pid === row?.['pid'] &&
          each.index === index &&
          each.session !== null &&
          each.session === own.session,
      ) ?? null
  );
}
