import { setTimeout as pause } from 'node:timers/promises';
import { momentText } from '../../drawing/moment.ts';
import { formatDuration, writeDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { readCondition } from '../../wait/conditions/index.ts';
import { judge, type Judgement, type Wanted } from '../../wait/judge.ts';
import { EXIT } from '../exit-code.ts';
import { pickFilters, rowFilter } from '../options/filters.ts';
import { openRounds } from '../ask/rounds.ts';
import { openInventory } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { openLook } from './wait-look.ts';
import { sayLines } from '../options/say-lines.ts';
import { WAIT_FILTERS, type WaitOptions } from './wait-options.ts';

const TIMEOUT_MS = 1_800_000;
/** Lines of what is missing that are shown, of a whole rack that is down. */
const SHOWN = 20;

/** Waits, and gives the exit status. */
export async function waitFor(
  { timeout: timeoutMs = TIMEOUT_MS, ...given }: WaitOptions,
  surroundings: Surroundings,
): Promise<number> {
  const wanted = wantedBy(given);
  const what = wanted.conditions.map(({ text }) => text).join(' and ');
  const { out, err } = surroundings.terminal;
  const inventory = await openInventory(given, surroundings);
  const goes = wanted.conditions.flatMap((condition) => condition.goes ?? []);
  if (goes.length > 0 && given.relay !== undefined) {
    throw new FleetError(
      'usage',
      '--for: impact asks VMs and sleds from here; wait for it at the site, or here for healthy, no-repairs or --quorum',
    );
  }
  const { options, look } = await openLook(goes, given, inventory, surroundings);
  const rounds = openRounds(surroundings);
  const stop = new AbortController();
  const stopListening = surroundings.onInterrupt(() => stop.abort());
  const begunMs = surroundings.elapsed();
  let said: string | null = null;
  let isFirst = true;
  let last: Judgement | null = null;
  try {
    for (;;) {
      const lookMs = surroundings.elapsed();
      const quiet = isFirst ? {} : { quiet: true };
      const { run, outcomes, verdicts } = await look({ ...options, ...quiet }, { rounds, ownDrawing: true });
      isFirst = false;
      if (run.interrupted || stop.signal.aborted) return EXIT.interrupted;
      last = judge(last?.inARow ?? 0, outcomes, wanted, verdicts);
      const passedMs = surroundings.elapsed() - begunMs;
      if (last.isMet) {
        const looks = wanted.looks === 1 ? 'one look' : `${wanted.looks} looks in a row`;
        sayLines(out, [
          `${what}: so in ${looks}, ${counted(last.upstairs)} on ${run.outcomes.length} sleds, after ${formatDuration(passedMs)}`,
        ]);
        for (const [sled, { word, text }] of verdicts)
          sayLines(out, [`  impact ${printable(sled)}: ${word}: ${printable(text)}`], '    ');
        return EXIT.ok;
      }
      const now = progressText(last, wanted);
      // Said once, as long as it stays so.
      if (now !== said && options.quiet !== true)
        sayLines(err, [`${momentText(surroundings.now().getTime())} ${now}`]);
      said = now;
      if (lookMs - begunMs >= timeoutMs) break;
      // The last look is at the end.
      const nextMs = Math.min(lookMs + options.every, begunMs + timeoutMs);
      await pause(Math.max(0, nextMs - surroundings.elapsed()), undefined, { signal: stop.signal }).catch(
        () => {},
      );
      if (stop.signal.aborted) return EXIT.interrupted;
    }
  } finally {
    stopListening();
    await rounds.close();
  }
  // A look that had begun was finished.
  const passed = formatDuration(surroundings.elapsed() - begunMs);
  sayLines(out, [`${what}: not so after ${passed} (--timeout ${writeDuration(timeoutMs)})`]);
  sayLines(
    out,
    shown(last, wanted).map((line) => `  ${printable(line)}`),
    '    ',
  );
  return last.isWhole ? EXIT.warning : EXIT.incomplete;
}

/** Throws `usage`. */
function wantedBy(options: WaitOptions): Wanted {
  const { quorum } = options;
  if (quorum !== undefined && quorum > 3)
    throw new FleetError('usage', '--quorum: an upstairs has 3 downstairs');
  const texts = [...(options.for ?? []), ...(quorum === undefined ? [] : [`quorum=${quorum}`])];
  const filter = rowFilter(pickFilters(options, WAIT_FILTERS));
  return {
    conditions: (texts.length === 0 ? ['healthy'] : texts).map(readCondition),
    looks: options.looks,
    keeps: filter?.keeps ?? (() => true),
  };
}

function progressText({ missing, inARow }: Judgement, { looks }: Wanted): string {
  const [first] = missing;
  if (first === undefined) return `good: ${inARow} of ${looks} looks in a row`;
  const more = missing.length === 1 ? '' : `, and ${missing.length - 1} more`;
  return `not yet: ${printable(first)}${more}`;
}

function shown({ missing, inARow }: Judgement, { looks }: Wanted): readonly string[] {
  if (missing.length === 0) return [`good in ${inARow} of ${looks} looks in a row`];
  const rest = missing.length - SHOWN;
  return rest > 0 ? [...missing.slice(0, SHOWN), `and ${rest} more`] : missing;
}

function counted(upstairs: number): string {
  return upstairs === 1 ? '1 upstairs' : `${upstairs} upstairs`;
}
