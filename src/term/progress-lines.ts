import { formatDuration } from '../model/duration.ts';
import { describeError } from '../model/error.ts';
import { formatNumberSet } from '../model/number-set.ts';
import type { Progress } from '../model/progress.ts';
import type { Stage } from '../model/stage.ts';
import { cubbyOrName, type Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';

/** Says nothing. */
export const silentProgress: Progress = {
  stage() {},
  outcome() {},
  async finish() {},
};

/** A line for each sled as it is done, for logs and for `-v`. */
export function plainProgress(writeLine: (line: string) => void): Progress {
  return {
    stage() {},
    outcome(outcome) {
      const took = formatDuration(outcome.elapsedMs);
      const what =
        outcome.status === 'answered'
          ? `${outcome.rows.length} rows${outcome.issues.length > 0 ? `, ${outcome.issues.length} issues` : ''}`
          : `${outcome.stage} failed: ${describeError(outcome.error)}`;
      writeLine(`${outcome.sled.id}: ${what} (${took})`);
    },
    async finish() {},
  };
}

/** A sled that is being visited. */
export interface InFlight {
  readonly sled: Sled;
  readonly stage: Stage;
  /** How long it has been at this stage. */
  readonly stageMs: number;
}

/** How far one rack is; pure, so that its text can be tested. */
export interface RackProgress {
  readonly rack: string;
  readonly selected: number;
  readonly answered: number;
  readonly failed: number;
  readonly inFlight: readonly InFlight[];
}

/** How long things may take. */
export interface StageTimes {
  /** How long a sled is watched; null where nothing is watched. */
  readonly windowMs: number | null;
  /** The longest that a stage of a sled may last. */
  readonly limitMs: (sled: Sled, stage: Stage) => number;
}

export interface LineSettings {
  readonly elapsedMs: number;
  readonly width: number;
  readonly unicode: boolean;
  readonly times: StageTimes;
}

const STAGE_WORD: Readonly<Record<Stage, string>> = {
  relay: 'asking the site',
  connect: 'connecting',
  upload: 'uploading',
  run: 'probing',
};

/** Before that nobody holds anything back: connections and the command itself take their time. */
const PATIENCE_MS = 1000;

/** So many sleds are named one by one. */
const MOST_NAMED = 6;

/**
 * `rack 3: 12 of 32 answered, 1 failed · probing 4-6 · 1.2 s of the window left`; once the others have answered, who
 * holds the answer back: `rack 3: 29 of 32 answered, up to 6 s more for 3/4, 3/9, 3/17 · 5.2 s`. Cut to a width.
 */
export function rackLine(progress: RackProgress, settings: LineSettings): string {
  const { elapsedMs, width, unicode, times } = settings;
  const separator = unicode ? ' · ' : ' - ';
  const failed = progress.failed > 0 ? `, ${progress.failed} failed` : '';
  const counts = `rack ${progress.rack}: ${progress.answered} of ${progress.selected} answered${failed}`;
  const waiting = waitingText(progress, settings);
  const left = windowLeft(progress, times);
  const parts =
    waiting === null
      ? [
          counts,
          stagesText(progress.inFlight),
          left > 0 ? `${shortTime(left)} of the window left` : formatDuration(elapsedMs),
        ]
      : [`${counts}, ${waiting}`, formatDuration(elapsedMs)];
  return cut(parts.filter((part) => part !== '').join(separator), width, unicode);
}

/** `up to 6 s more for 3/4, 3/9`: who is waited for, once nobody is watched any more; null before. */
export function waitingText(
  progress: RackProgress,
  { elapsedMs, times }: Pick<LineSettings, 'elapsedMs' | 'times'>,
): string | null {
  const { inFlight } = progress;
  const isEarly = elapsedMs < PATIENCE_MS + (times.windowMs ?? 0);
  if (inFlight.length === 0 || isEarly || windowLeft(progress, times) > 0) return null;
  const names = inFlight.map(({ sled }) => `${sled.rack}/${cubbyOrName(sled)}`);
  const who = names.length > MOST_NAMED ? foldSleds(inFlight.map(({ sled }) => sled)) : names.join(', ');
  const mostMs = Math.max(
    ...inFlight.map(({ sled, stage, stageMs }) => times.limitMs(sled, stage) - stageMs),
  );
  return mostMs > 0 ? `up to ${shortTime(mostMs)} more for ${who}` : `still waiting for ${who}`;
}

/** What is left of the watch of the sled whose began last. */
function windowLeft({ inFlight }: RackProgress, { windowMs }: StageTimes): number {
  if (windowMs === null) return 0;
  return Math.max(0, ...inFlight.map(({ stage, stageMs }) => (stage === 'run' ? windowMs - stageMs : 0)));
}

function stagesText(inFlight: readonly InFlight[]): string {
  return (['connect', 'upload', 'run'] as const)
    .flatMap((stage) => {
      const sleds = inFlight.filter((each) => each.stage === stage);
      return sleds.length === 0 ? [] : [`${STAGE_WORD[stage]} ${cubbies(sleds.map((each) => each.sled))}`];
    })
    .join(', ');
}

/** Whole seconds, rounded up: a promise that is not broken. */
function shortTime(ms: number): string {
  return ms <= 60_000 ? `${Math.ceil(ms / 1000)} s` : formatDuration(ms);
}

function cut(text: string, width: number, unicode: boolean): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${unicode ? '…' : '~'}`;
}

/** `0-3,7` and, of sleds without a known cubby, their names. */
function cubbies(sleds: readonly Sled[]): string {
  const numbers = formatNumberSet(sleds.flatMap((sled) => sled.cubby ?? []));
  const names = sleds.filter((sled) => sled.cubby === null).map((sled) => sled.name);
  return [numbers, ...names].filter((part) => part !== '').join(',');
}

/** Counts of one or several racks as one, for a terminal that has fewer lines than there are racks. */
export function foldRacks(racks: readonly RackProgress[]): RackProgress {
  return {
    rack: `${racks[0]?.rack ?? ''} to ${racks.at(-1)?.rack ?? ''}`,
    selected: racks.reduce((sum, rack) => sum + rack.selected, 0),
    answered: racks.reduce((sum, rack) => sum + rack.answered, 0),
    failed: racks.reduce((sum, rack) => sum + rack.failed, 0),
    inFlight: racks.flatMap((rack) => rack.inFlight),
  };
}
