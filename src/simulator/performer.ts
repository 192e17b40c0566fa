import type { ProbeSite, Process } from './machine.ts';
import { LOG_PROBES } from './probe-names.ts';
import { seedOf } from './random.ts';
import type { Session } from './upstairs-session.ts';

/** A process as the player plays it. */
export interface Performer extends Process {
  readonly provider: string | null;
  readonly sessions: readonly Session[];
  readonly siteBase: number;
  readonly names: readonly string[];
  sites: readonly ProbeSite[] | null;
  siteOf: ReadonlyMap<string, ProbeSite>;
  alive: boolean;
  wanted: Wanted;
  readonly running: Set<string>;
  nextJob: number;
}

/** Which of its probes somebody listens to. */
export interface Wanted {
  readonly status: boolean;
  readonly io: boolean;
  readonly log: boolean;
}

/** The probes of a process; made when they are first asked for. */
export function sitesOf(process: Performer): readonly ProbeSite[] {
  if (process.sites !== null) return process.sites;
  const { provider } = process;
  if (provider === null) return [];
  process.sites = process.names.map((name, index) => ({
    id: process.siteBase + index,
    provider: LOG_PROBES.includes(name) ? `slog${process.pid}` : provider,
    module: process.command,
    function: mangled(provider, name, index),
    name,
    pid: process.pid,
  }));
  process.siteOf = new Map(process.sites.map((site) => [site.name, site]));
  return process.sites;
}

const functionNames = new Map<string, string>();

/** A legacy-mangled Rust symbol, as D sees the function of a USDT probe: the same in all processes of a binary. */
function mangled(provider: string, probe: string, index: number): string {
  const crate = provider.startsWith('crucible_up') ? 'crucible' : 'crucible_downstairs';
  const key = `${crate} ${index}`;
  const known = functionNames.get(key);
  if (known !== undefined) return known;
  const name = probe.replaceAll('-', '_');
  const hash = seedOf(key).toString(16).padStart(16, '0');
  const symbol = `_ZN${crate.length}${crate}${name.length}${name}17h${hash}E`;
  functionNames.set(key, symbol);
  return symbol;
}
