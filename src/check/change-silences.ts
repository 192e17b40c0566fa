import { isInForce } from '../alert/silences.ts';
import { FleetError } from '../model/error.ts';
import type { Silence } from '../alert/incident.ts';
import { lockPlace, readSilences, writeSilences, type Places } from '../store/store.ts';
import { randomHex } from '../model/random-hex.ts';

/** How long to wait for somebody who changes the silences at the same moment. */
const LOCK_WAIT_MS = 10_000;
/** Silences that ended so long ago are dropped when the file is written. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** What changing the silences takes. */
export interface SilenceEdges {
  readonly places: Places;
  readonly now: number;
  /** As Math.random. */
  readonly random: () => number;
  /** Told of a file that was set aside. */
  readonly warn: (problem: string) => void;
}

/** Begins a silence and gives it with its id. */
export async function beginSilence(silence: Omit<Silence, 'id'>, edges: SilenceEdges): Promise<Silence> {
  return await change(edges, (silences) => {
    const added = { id: freeId(silences, edges.random), ...silence };
    return { silences: [...silences, added], value: added };
  });
}

/** Ends silences now and gives them; rejects with `usage`, and ends none, if one of the ids is not in force. */
export async function endSilences(ids: readonly string[], edges: SilenceEdges): Promise<readonly Silence[]> {
  const { now } = edges;
  return await change(edges, (silences) => {
    const inForce = silences.filter((silence) => isInForce(silence, now));
    for (const id of ids) {
      if (inForce.some((silence) => silence.id === id)) continue;
      const known = inForce.map((silence) => silence.id).join(', ');
      const hint = known === '' ? 'none is' : `those in force are ${known}`;
      throw new FleetError('usage', `no silence '${id}' is in force; ${hint}`);
    }
    const isMeant = (silence: Silence) => ids.includes(silence.id) && isInForce(silence, now);
    const changed = silences.map((silence) => (isMeant(silence) ? { ...silence, endsAt: now } : silence));
    return { silences: changed, value: changed.filter((silence) => ids.includes(silence.id)) };
  });
}

/** Changes the silences while nobody else does. */
async function change<T>(
  { places, now, random, warn }: SilenceEdges,
  work: (silences: readonly Silence[]) => { readonly silences: readonly Silence[]; readonly value: T },
): Promise<T> {
  const locked = await lockPlace(places.silencesLock, { waitMs: LOCK_WAIT_MS, random });
  if (locked.status === 'busy') {
    throw new FleetError(
      'state',
      `the silences are being changed by another process (PID ${locked.holder.pid}); try again`,
    );
  }
  try {
    const { value, setAside } = await readSilences(places, now, true);
    if (setAside !== null) warn(setAside);
    const changed = work(value ?? []);
    await writeSilences(
      places,
      changed.silences.filter((silence) => now - silence.endsAt < KEPT_MS),
    );
    return changed.value;
  } finally {
    await locked.release();
  }
}

function freeId(silences: readonly Silence[], random: () => number): string {
  for (;;) {
    const id = randomHex(random, 6);
    if (!silences.some((silence) => silence.id === id)) return id;
  }
}
