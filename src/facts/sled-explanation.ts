import { printable } from '../model/printable.ts';
import { eachLine } from '../parse/lines.ts';
import { readSlog, type SlogReading } from './slog.ts';
import { withoutSecrets } from './without-secrets.ts';

/** The last lines of a service's log, or why there are none. */
export type ServiceLog = { readonly lines: readonly string[] } | { readonly unread: string };

/** What `scripts/explain.sh` told of one sled. */
export interface SledExplanation {
  /** By `ZONE/REGION`. */
  readonly logs: ReadonlyMap<string, ServiceLog>;
  /** How many probes of slog each process has. */
  readonly probes: ReadonlyMap<number, number>;
  readonly slog: SlogReading;
  readonly isWhole: boolean;
}

const MOST_LINES = 12;

/** Reads what `explain.sh` printed. Never throws; what was cut is not whole. */
export function readSledExplanation(stdout: string): SledExplanation {
  const lines = new Map<string, string[]>();
  const logs = new Map<string, ServiceLog>();
  const probes = new Map<number, number>();
  let isWhole = false;
  for (const { line } of eachLine(stdout)) {
    if (line === 'end') isWhole = true;
    const [, of, text] = /^log:(\S+) (.*)$/.exec(line) ?? [];
    if (of !== undefined && text !== undefined) {
      const own = lines.get(of) ?? [];
      if (own.length < MOST_LINES) own.push(withoutSecrets(printable(text.replaceAll('\t', ' ').trimEnd())));
      lines.set(of, own);
    }
    const [, logged] = /^logged (\S+)$/.exec(line) ?? [];
    if (logged !== undefined) logs.set(logged, { lines: lines.get(logged) ?? [] });
    const [, unlogged, why = ''] = /^unlogged (\S+) (\S*)$/.exec(line) ?? [];
    if (unlogged !== undefined) logs.set(unlogged, { unread: whyUnlogged(why) });
    const [, pid, count] = /^probes (\d+) (\d+)$/.exec(line) ?? [];
    if (pid !== undefined) probes.set(Number(pid), Number(count));
  }
  return { logs, probes, slog: readSlog(stdout), isWhole };
}

function whyUnlogged(why: string): string {
  return why === 'slow' ? 'its zone did not give it in 5 s' : `tail in its zone ended with status ${why}`;
}
