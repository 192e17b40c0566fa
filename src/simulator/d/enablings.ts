import type { Machine, ProbeSite } from '../machine.ts';
import type { CompiledClause } from './clause.ts';
import type { FiredProbe } from './frame.ts';
import { isGlob, matchesGlob, matchesProbe, tickPeriod, type ProbeNames } from './probe-description.ts';

/** One clause that is enabled for one probe. */
export interface Enabling {
  /** DTrace's "enabled probe ID". */
  readonly epid: number;
  readonly clause: CompiledClause;
}

/** A probe that fires by time. */
export interface TimerProbe extends FiredProbe {
  readonly kind: 'tick' | 'profile';
  readonly period: bigint;
}

/** Ids of timer probes: beyond those of a machine's USDT probes. */
const FIRST_TIMER_ID = 900_001;

const META: readonly FiredProbe[] = ['BEGIN', 'END', 'ERROR'].map((name, i) => ({
  id: i + 1,
  provider: 'dtrace',
  module: '',
  function: '',
  name,
}));

/** Ids of USDT probes come from the machine; probes of dtrace and profile are known by their names. */
function keyOf(probe: FiredProbe): number | string {
  return probe.provider === 'dtrace' || probe.provider === 'profile' ? probe.name : probe.id;
}

/** Which clauses run for which probe of one consumer. Probes that come later are matched when they first fire. */
export interface Enablings {
  /** The probes that a description names now; a tick probe exists as soon as it is named. */
  probes(description: ProbeNames): readonly FiredProbe[];
  /** Enables a program's clauses. Gives the number of probes matched. */
  enable(clauses: readonly CompiledClause[]): number;
  forSite(site: ProbeSite): readonly Enabling[];
  forMeta(name: 'BEGIN' | 'END' | 'ERROR'): {
    readonly probe: FiredProbe;
    readonly list: readonly Enabling[];
  };
  timers(): readonly { readonly probe: TimerProbe; readonly list: readonly Enabling[] }[];
}

export function createEnablings(machine: Machine): Enablings {
  /** Those of the moment: a command compiles and enables within one. */
  const sites = machine.probes();
  const lists = new Map<number | string, Enabling[]>();
  const timers = new Map<string, TimerProbe>();
  const enabled: CompiledClause[] = [];
  let lastEpid = 0;

  function timer(description: ProbeNames): void {
    const { provider, module, function: fn, name } = description;
    if (!matchesGlob(provider, 'profile') || isGlob(name) || module !== '' || fn !== '') return;
    const period = tickPeriod(name);
    if (period === null || timers.has(name)) return;
    const id = FIRST_TIMER_ID + timers.size;
    timers.set(name, { id, provider: 'profile', module: '', function: '', name, ...period });
  }

  function probes(description: ProbeNames): readonly FiredProbe[] {
    timer(description);
    return [...META, ...sites, ...timers.values()].filter((p) => matchesProbe(description, p));
  }

  function listFor(probe: FiredProbe): Enabling[] {
    const key = keyOf(probe);
    const known = lists.get(key);
    if (known !== undefined) return known;
    const created: Enabling[] = [];
    lists.set(key, created);
    return created;
  }

  function add(clause: CompiledClause, probe: FiredProbe): void {
    lastEpid++;
    listFor(probe).push({ epid: lastEpid, clause });
  }

  return {
    probes,
    enable(clauses) {
      let matched = 0;
      for (const clause of clauses) {
        enabled.push(clause);
        for (const description of clause.descriptions) {
          for (const probe of probes(description)) {
            add(clause, probe);
            matched++;
          }
        }
      }
      return matched;
    },
    forSite(site) {
      return lists.get(site.id) ?? match(site);
    },
    forMeta(name) {
      const probe = META.find((p) => p.name === name);
      if (probe === undefined) throw new Error(`no probe ${name}`);
      return { probe, list: lists.get(name) ?? [] };
    },
    timers() {
      return [...timers.values()].map((probe) => ({ probe, list: lists.get(probe.name) ?? [] }));
    },
  };

  function match(site: ProbeSite): readonly Enabling[] {
    const list: Enabling[] = [];
    lists.set(site.id, list);
    for (const clause of enabled) {
      for (const description of clause.descriptions) {
        if (matchesProbe(description, site)) add(clause, site);
      }
    }
    return list;
  }
}
