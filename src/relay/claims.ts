import { randomUUID } from 'node:crypto';
import { readClaim, type Claim } from './messages.ts';
import { claimSubject } from './subjects.ts';
import type { Wire } from './wire.ts';

/** A hub that does not let runners hear each other is not waited for. */
const ECHO_MS = 1000;
/** Runs that are remembered; the oldest go first. */
const MOST_REMEMBERED = 10_000;
/** Runs that began within so long of each other began at the same moment: by the way of the claims, nobody was first. */
const SAME_MOMENT_MS = 500;
/** Where two each hold that the run is theirs, neither goes on about it. */
const MOST_ANSWERS = 3;

/** Which runs are whose, among the runners of one site: two copies of a question are one run. */
export interface Claims {
  /** Whether another runner has the run. */
  readonly isOthers: (run: string) => boolean;
  /** Claims a run, and resolves once all runners that are there have heard it: false where it is another's. */
  readonly take: (run: string) => Promise<boolean>;
  /** Has the runner whose run it is say again what it said last. */
  readonly again: (run: string) => void;
}

interface OwnRun {
  readonly since: number;
  /** Null once it has begun. */
  waiting: ((isOurs: boolean) => void) | null;
  answered: number;
}

/**
 * Claims go through the hub, which delivers those of two runners in an order of its own: who claimed at the same moment
 * begins, hears of the other, and the one with the higher id stops. Otherwise the run that began first stays.
 */
export function openClaims(
  wire: Wire,
  site: string,
  {
    elapsed,
    onLost,
    onAgain,
  }: {
    readonly elapsed: () => number;
    readonly onLost: (run: string) => void;
    readonly onAgain: (run: string) => void;
  },
): Claims {
  const id = randomUUID();
  const own = new Map<string, OwnRun>();
  const others = new Set<string>();
  const subject = claimSubject(site);
  const publish = (claim: Claim): void => wire.publish(subject, JSON.stringify(claim));
  const claim = (run: string, since: number): void =>
    publish({ type: 'claim', run, by: id, for_ms: Math.round(elapsed() - since) });

  /** At once, and not when who waits goes on: the next claim may be here already. */
  const begin = (mine: OwnRun): void => {
    const { waiting } = mine;
    mine.waiting = null;
    waiting?.(true);
  };

  const hearClaim = ({ run, by, for_ms: theirs }: Extract<Claim, { type: 'claim' }>): void => {
    const mine = own.get(run);
    if (by === id) return mine === undefined ? undefined : begin(mine);
    if (mine === undefined) return void others.add(run);
    const ahead = elapsed() - mine.since - theirs;
    const isOurs = Math.abs(ahead) > SAME_MOMENT_MS ? ahead > 0 : id < by;
    if (isOurs) {
      mine.answered += 1;
      if (mine.answered <= MOST_ANSWERS) claim(run, mine.since);
      return;
    }
    own.delete(run);
    others.add(run);
    if (mine.waiting === null) onLost(run);
    else mine.waiting(false);
  };

  wire.subscribe(subject, ({ data }) => {
    const read = readClaim(data);
    if (!read.ok) return;
    if (read.value.type === 'claim') hearClaim(read.value);
    else if (own.has(read.value.run)) onAgain(read.value.run);
  });
  return {
    isOthers: (run) => others.has(run),
    again: (run) => publish({ type: 'again', run }),
    async take(run) {
      forgetOldest(own);
      forgetOldest(others);
      const since = elapsed();
      return await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => {
          const mine = own.get(run);
          if (mine !== undefined) begin(mine);
        }, ECHO_MS);
        const waiting = (answer: boolean): void => {
          clearTimeout(timer);
          resolve(answer);
        };
        own.set(run, { since, waiting, answered: 0 });
        claim(run, since);
      });
    },
  };
}

function forgetOldest(runs: Map<string, unknown> | Set<string>): void {
  for (const run of runs.keys()) {
    if (runs.size <= MOST_REMEMBERED) return;
    runs.delete(run);
  }
}
