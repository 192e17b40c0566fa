import { formatDuration } from '../model/duration.ts';
import { describeError } from '../model/error.ts';
import { formatNumberSet } from '../model/number-set.ts';
import type { Progress } from '../model/progress.ts';
import type { Stage } from '../model/stage.ts';
import type { Sled } from '../model/sled.ts';

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

/** How far one rack is; pure, so that its text can be tested. */
export interface RackProgress {
  readonly rack: string;
  readonly selected: number;
  readonly answered: number;
  readonly failed: number;
  /** Sleds that are being visited, by stage. */
  readonly inFlight: readonly { readonly sled: Sled; readonly stage: Stage }[];
}

const STAGE_WORD: Readonly<Record<Stage, string>> = {
  connect: 'connecting',
  upload: 'uploading',
  run: 'probing',
};

/** `rack 3: 12 of 32 answered, 1 failed · probing 4, 5, 6 · 2.1 s`, cut to a width. */
export function rackLine(progress: RackProgress, elapsedMs: number, width: number): string {
  const counts = `rack ${progress.rack}: ${progress.answered} of ${progress.selected} answered`;
  const failed = progress.failed > 0 ? `, ${progress.failed} failed` : '';
  const stages = (['connect', 'upload', 'run'] as const).flatMap((stage) => {
    const sleds = progress.inFlight.filter((each) => each.stage === stage);
    return sleds.length === 0 ? [] : [`${STAGE_WORD[stage]} ${cubbies(sleds.map((each) => each.sled))}`];
  });
  const time = formatDuration(elapsedMs);
  const room = width - counts.length - failed.length - time.length - 6;
  const doing = stages.join(' ');
  const shown = doing.length <= room ? doing : `${doing.slice(0, Math.max(0, room - 1))}…`;
  return [`${counts}${failed}`, shown, time].filter((part) => part !== '' && part !== '…').join(' · ');
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
    rack: `${racks[0]?.rack ?? ''}…${racks.at(-1)?.rack ?? ''}`,
    selected: racks.reduce((sum, rack) => sum + rack.selected, 0),
    answered: racks.reduce((sum, rack) => sum + rack.answered, 0),
    failed: racks.reduce((sum, rack) => sum + rack.failed, 0),
    inFlight: racks.flatMap((rack) => rack.inFlight),
  };
}
