import type { IoLedger } from './io-ledger.ts';
import type { Clock, Firing, ProbeSite } from './machine.ts';
import { sitesOf, type Performer, type Wanted } from './performer.ts';
import type { Random } from './random.ts';

export type Listener = (firing: Firing) => void;
export type Wants = (site: ProbeSite) => boolean;

/** Who listens to the probes of a sled. */
export interface Audience {
  isEmpty(): boolean;
  /** Adds a listener, of those that it wants or of all, until the returned function is called, which says whether it was there. */
  add(listener: Listener, wants?: Wants): () => boolean;
  /** Fires a probe for those who want it; false where there is none. */
  fire(process: Performer, probe: string, args: readonly (bigint | string)[], atNs: number): boolean;
  wantedOf(process: Performer): Wanted;
}

interface AudienceOptions {
  readonly clock: Clock;
  /** The time of `clock` that all times are counted from. */
  readonly epoch: bigint;
  readonly random: Random;
  readonly cpus: number;
  readonly ledger: IoLedger;
}

const REPORT_PROBES = new Set(['up-status', 'up-apply', 'ds-ping-sent']);

const isStatusProbe = (name: string): boolean =>
  REPORT_PROBES.has(name) || /^up-action_(?!guest|downstairs)/.test(name);

export function createAudience({ clock, epoch, random, cpus, ledger }: AudienceOptions): Audience {
  const listeners = new Map<Listener, Wants | undefined>();
  return {
    isEmpty: () => listeners.size === 0,
    add(listener, wants) {
      // One function may listen twice: each time is a listener of its own.
      const hear: Listener = (firing) => listener(firing);
      listeners.set(hear, wants);
      return () => listeners.delete(hear);
    },
    fire(process, probe, args, atNs) {
      sitesOf(process);
      const site = process.siteOf.get(probe);
      if (site === undefined || process.provider === null) return false;
      const at = epoch + BigInt(atNs);
      let firing: Firing | null = null;
      for (const [listener, wants] of listeners) {
        if (wants !== undefined && !wants(site)) continue;
        if (firing === null) {
          const cpu = random.below(cpus);
          const wall = clock.wall() - (clock.now() - at);
          firing = { site, process, cpu, tid: 2 + (cpu % 16), at, wall, args };
          ledger.fired(process.pid, site.provider, probe);
        }
        listener(firing);
      }
      return firing !== null;
    },
    wantedOf(process) {
      const wanted = { status: false, io: false, log: false };
      for (const wants of listeners.values()) {
        if (wants === undefined) return { status: true, io: true, log: true };
        if (wanted.status && wanted.io && wanted.log) return wanted;
        for (const site of sitesOf(process)) {
          if (!wants(site)) continue;
          if (site.provider.startsWith('slog')) wanted.log = true;
          else if (isStatusProbe(site.name)) wanted.status = true;
          else wanted.io = true;
        }
      }
      return wanted;
    },
  };
}
