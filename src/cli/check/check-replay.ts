import { resolve } from 'node:path';
import { replayRuns, type ReplayedRun } from '../../check/replay-runs.ts';
import type { CheckConfig } from '../../config/check-config.ts';
import { momentText } from '../../drawing/moment.ts';
import { mailSubject } from '../../mail/mail-subject.ts';
import { FleetError } from '../../model/error.ts';
import { LEVELS } from '../../model/level.ts';
import { printable } from '../../model/printable.ts';
import { EXIT } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';

/** Of `check`, what a replay has no use for: it asks nobody and tells nobody. */
const NO_USE = [
  'rack',
  'sled',
  'exclude',
  'label',
  'dryRun',
  'cron',
  'record',
  'columns',
  'fromStream',
] as const;

type ReplayOptions = Readonly<Record<string, unknown>>;

/**
 * Judges a recorded night again with the policy that is in force now, a line a run and a line for each mail that would
 * have been sent. Gives the exit status: 0, or 3 where a recording was left out.
 */
export async function checkReplay(
  folder: string,
  config: CheckConfig,
  options: ReplayOptions,
  { terminal, cwd }: Surroundings,
): Promise<number> {
  refuseOthers(options);
  const { out, err } = terminal;
  const runs: ReplayedRun[] = [];
  let mails = 0;
  for await (const run of replayRuns(resolve(cwd, folder), config.policy)) {
    runs.push(run);
    if (run.kind === 'left_out') {
      err.write(`warning: ${printable(`${run.folder} is left out: ${run.why}`)}\n`);
      continue;
    }
    mails += run.notices.length;
    const { answered, selected } = run.coverage;
    const when = momentText(run.at.getTime());
    const level = run.level.toUpperCase().padEnd(8);
    out.write(`${when}  ${level}  ${printable(run.headline)}; ${answered} of ${selected} sleds answered\n`);
    for (const notice of run.notices) out.write(`${' '.repeat(22)}mail: ${mailSubject(notice, 'news')}\n`);
  }
  out.write(`\n${summaryOf(runs, mails)}\n`);
  return runs.some(({ kind }) => kind === 'left_out') ? EXIT.incomplete : EXIT.ok;
}

function summaryOf(runs: readonly ReplayedRun[], mails: number): string {
  const judged = runs.flatMap((run) => (run.kind === 'judged' ? [run] : []));
  const levels = LEVELS.flatMap((level) => {
    const count = judged.filter((run) => run.level === level).length;
    return count === 0 ? [] : [`${count} ${level}`];
  });
  const leftOut = runs.length - judged.length;
  const parts = [
    `${judged.length} ${judged.length === 1 ? 'run' : 'runs'} judged: ${levels.join(', ')}`,
    `${mails} ${mails === 1 ? 'mail' : 'mails'} would have been sent; none was`,
    ...(leftOut === 0 ? [] : [`${leftOut} left out`]),
  ];
  return parts.join('; ');
}

function refuseOthers(options: ReplayOptions): void {
  for (const name of NO_USE) {
    if (options[name] === undefined) continue;
    const option = name.replace('dryRun', 'dry-run').replace('fromStream', 'from-stream');
    throw new FleetError('usage', `--${option}: does not go with --replay, which judges what was recorded`);
  }
  if (options['output'] !== 'plugin') {
    throw new FleetError('usage', '--output: --replay prints lines for people only');
  }
}
