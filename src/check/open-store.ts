import { emptyState, type CheckState } from '../alert/state.ts';
import { requireStateFolder, type StatePlace } from '../store/state-folder.ts';
import {
  lockPlace,
  placesOf,
  readSilences,
  readSpool,
  readState,
  type Places,
  type SpooledMail,
  type SpooledPost,
} from '../store/store.ts';
import type { CheckConfig } from '../config/check-config.ts';
import { describeError, FleetError } from '../model/error.ts';
import { formatDuration } from '../model/duration.ts';
import type { Silence } from '../alert/incident.ts';
import { randomHex } from '../model/random-hex.ts';

/** What a check remembers, and whether this run may add to it. */
export interface CheckStore {
  readonly places: Places;
  readonly state: CheckState;
  readonly silences: readonly Silence[];
  /** Mails of runs before that nobody has accepted yet. */
  readonly waiting: readonly SpooledMail[];
  /** The same of posts. */
  readonly waitingPosts: readonly SpooledPost[];
  /** Why something is not known or cannot be recorded, a line each. */
  readonly troubles: readonly string[];
  readonly isBusy: boolean;
  /** False: nothing is recorded in this run, and so nobody is mailed of it. */
  readonly canRecord: boolean;
  readonly release: () => Promise<void>;
}

/**
 * Opens the memory of a check. It never rejects for what is wrong with it: the check goes on with what can be read,
 * and says so. With `lookOnly` nothing is locked and nothing is changed.
 */
export async function openStore(
  config: StatePlace & Pick<CheckConfig, 'lockWaitMs'>,
  { now: clock, random }: { readonly now: () => Date; readonly random: () => number },
  { lookOnly }: { readonly lookOnly: boolean },
): Promise<CheckStore> {
  const places = placesOf(config.stateFile);
  const now = clock().getTime();
  const troubles: string[] = [];
  let canRecord = !lookOnly;
  let isBusy = false;
  let release = async (): Promise<void> => {};
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      troubles.push(describeError(error));
      canRecord = false;
      return otherwise;
    }
  };

  await attempt(() => requireStateFolder(config), undefined);
  if (canRecord) {
    const options = { waitMs: config.lockWaitMs, random };
    const locked = await attempt(() => lockPlace(places.lock, options), null);
    if (locked?.status === 'held') release = locked.release;
    if (locked?.status === 'busy') {
      const waited =
        config.lockWaitMs === 0 ? '' : ` and did not end within ${formatDuration(config.lockWaitMs)}`;
      troubles.push(
        `another check (PID ${locked.holder.pid}) holds ${places.lock}${waited}; this verdict is not recorded and nobody is mailed about it`,
      );
      isBusy = true;
      canRecord = false;
    }
  }
  const mayChange = canRecord;
  const kept = await attempt(() => readState(places, now, mayChange), NOTHING);
  const silences = await attempt(() => readSilences(places, now, mayChange), NOTHING);
  for (const { setAside } of [kept, silences]) if (setAside !== null) troubles.push(setAside);
  const state = kept.value ?? emptyState(randomHex(random, 16));
  const spool = await attempt(() => readSpool(places, state, mayChange), {
    mails: [],
    posts: [],
    problems: [],
  });
  return {
    places,
    state,
    silences: silences.value ?? [],
    waiting: spool.mails,
    waitingPosts: spool.posts,
    troubles: [...troubles, ...spool.problems],
    isBusy,
    canRecord,
    release,
  };
}

const NOTHING = { value: null, setAside: null };
