import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login } from '../model/target.ts';
import { credentialsKey } from './credentials.ts';
import { wakeUp } from './waiting.ts';

/** What became of credentials that were offered. */
export type TrialEnd = 'accepted' | 'refused' | 'unknown';

/**
 * The same credentials on all the sleds behind one gateway. A few logins try them; once one of these was let in, there
 * is no longer a limit, and where all were refused the rest is not tried: so that wrong keys do not get the gateway's
 * address banned by every sled (PerSourcePenalties). They try one after another, and next is who came last: neighbours
 * come together, and those that are refused for a reason of their own, such as a boot, are often neighbours.
 */
export interface LoginTrial {
  /** Waits for the first few; rejects with `not_tried` where they were refused. */
  enter(signal: AbortSignal): Promise<TrialPass>;
}

/** One login that tries them. */
export interface TrialPass {
  leave(end: TrialEnd): void;
}

export interface LoginTrials {
  behind(gateway: Gateway, login: Login): LoginTrial;
}

/** How many logins may be refused where nothing else is said. */
export const FEW_FAILURES = 3;

/** One that takes its time has company after so many milliseconds, and counts for nothing after so many. */
const COMPANY_MS = 300;
const PATIENCE_MS = 2_000;

/** `most` logins may be refused before the rest is not tried. */
export function createLoginTrials(most: number): LoginTrials {
  const trials = new Map<string, LoginTrial>();
  return {
    behind(gateway, login) {
      const key = `${hostPort(gateway)} ${credentialsKey(login)}`;
      const trial = trials.get(key) ?? createTrial(most, hostPort(gateway));
      trials.set(key, trial);
      return trial;
    },
  };
}

function createTrial(most: number, gateway: string): LoginTrial {
  let isAccepted = false;
  let refused = 0;
  /** Those that have not ended, and of these the ones that may still end soon. */
  let trying = 0;
  let fresh = 0;
  const waiting = new Set<() => void>();

  function wakeAll(): void {
    for (const each of waiting) each();
    waiting.clear();
  }

  function wakeNext(): void {
    if (isAccepted || refused >= most) {
      wakeAll();
      return;
    }
    const newest = [...waiting].at(-1);
    if (newest === undefined) return;
    waiting.delete(newest);
    newest();
  }

  function begin(): TrialPass {
    trying += 1;
    fresh += 1;
    const stopBeingFresh = once(() => {
      fresh -= 1;
      wakeNext();
    });
    const stopTrying = once(() => {
      trying -= 1;
      wakeNext();
    });
    const timers = [setTimeout(stopBeingFresh, COMPANY_MS), setTimeout(stopTrying, PATIENCE_MS)];
    return {
      leave(end) {
        for (const timer of timers) clearTimeout(timer);
        if (end === 'accepted') isAccepted = true;
        if (end === 'refused') refused += 1;
        stopTrying();
        stopBeingFresh();
        if (isAccepted || refused >= most) wakeAll();
      },
    };
  }

  return {
    async enter(signal) {
      for (;;) {
        if (isAccepted) return NO_LIMIT;
        if (refused >= most) throw notTried(most, gateway);
        if (fresh === 0 && refused + trying < most) return begin();
        await wakeUp(waiting, signal, 'before a key was offered');
      }
    },
  };
}

function once(task: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    task();
  };
}

const NO_LIMIT: TrialPass = { leave: () => {} };

function notTried(most: number, gateway: string): FleetError {
  const first = most === 1 ? 'the first sled' : `the first ${most} sleds`;
  return new FleetError(
    'not_tried',
    `not tried: ${first} behind gateway ${gateway} refused the same credentials, and none has accepted them; check user and keys, or allow more with --max-auth-failures`,
  );
}
