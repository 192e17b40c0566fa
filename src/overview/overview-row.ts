import { clockOffset, type ClockOffset, type Ran } from '../doctor/clock-offset.ts';
import { factOf, type Fact } from '../doctor/sled-facts.ts';
import type { Row } from '../model/column.ts';
import { parseElapsed } from '../parse/elapsed-time.ts';

/** What a row is made of beside the sled's answers. */
export interface OverviewContext {
  /** The host of the inventory. */
  readonly address: string;
  /** When the questions were asked; null where that is not known, and why. */
  readonly ran: Ran | { readonly unknown: string };
  /** The set that `push` of this version puts on a sled. */
  readonly currentScripts: string;
}

/** The row of a sled, from what `scripts/sleds.sh` printed there. What is not known has its reason in the note. */
export function overviewRow(facts: readonly Row[], context: OverviewContext): Row {
  const unknown: string[] = [];
  const known = <T>(value: T | null, why: string): T | null => {
    if (value === null) unknown.push(why);
    return value;
  };
  const uptime = known(parseElapsed(textOf(factOf(facts, 'uptime')) ?? ''), 'uptime: ps did not tell');
  const helios = known(textOf(factOf(facts, 'helios')), 'helios: uname did not tell');
  const crucible = known(
    textOf(factOf(facts, 'crucible')),
    'crucible: /opt/oxide/crucible_utils/utils-info.txt is not there or empty',
  );
  const processes = factOf(facts, 'processes');
  if (processes === null) unknown.push('processes: ps failed');
  const scripts = known(
    scriptsOf(factOf(facts, 'scripts'), context.currentScripts),
    'scripts: ~/.cruc-fleet/scripts is not a link of ours',
  );
  const { offset, why } = offsetOf(facts, context.ran);
  if (offset === null) unknown.push(`clock: ${why}`);
  return {
    address: context.address,
    uptime: uptime === null ? null : uptimeText(uptime),
    uptime_seconds: uptime,
    helios,
    crucible,
    propolis: countOf(processes, 'propolis'),
    pantry: countOf(processes, 'pantry'),
    downstairs: countOf(processes, 'downstairs'),
    scripts,
    clock: offset === null ? null : offsetText(offset),
    clock_least_ms: offset?.leastMs ?? null,
    clock_most_ms: offset?.mostMs ?? null,
    note: unknown.length === 0 ? null : unknown.join('; '),
  };
}

function offsetOf(
  facts: readonly Row[],
  ran: OverviewContext['ran'],
): { readonly offset: ClockOffset | null; readonly why: string } {
  if ('unknown' in ran) return { offset: null, why: ran.unknown };
  const offset = clockOffset(factOf(facts, 'clock'), factOf(facts, 'end'), ran);
  return { offset, why: 'date did not tell' };
}

function textOf(fact: Fact | null): string | null {
  return fact?.('text') ?? null;
}

function countOf(fact: Fact | null, name: string): number | null {
  const text = fact?.(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Null: something is there that is not ours. */
function scriptsOf(fact: Fact | null, current: string): string | null {
  const state = fact?.('state') ?? null;
  if (state === 'absent') return 'none';
  const set = fact?.('set') ?? null;
  return set === current ? 'current' : set;
}

/** `12d 04h`, `4h 05m`, `5m`. */
function uptimeText(seconds: number): string {
  const two = (count: number) => String(Math.floor(count)).padStart(2, '0');
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), (seconds / 3600) % 24, (seconds / 60) % 60];
  if (days > 0) return `${days}d ${two(hours)}h`;
  return hours >= 1 ? `${Math.floor(hours)}h ${two(minutes)}m` : `${Math.floor(minutes)}m`;
}

/** `+0.02 s ±0.31`: the middle of what is possible, and how far the truth may lie from it. */
function offsetText({ leastMs, mostMs }: ClockOffset): string {
  const middle = (leastMs + mostMs) / 2000;
  const doubt = Math.abs(mostMs - leastMs) / 2000;
  const digits = Math.abs(middle) < 100 ? 2 : 0;
  const text = Math.abs(middle).toFixed(digits);
  const sign = middle < 0 && Number(text) !== 0 ? '-' : '+';
  return `${sign}${text} s ±${doubt.toFixed(2)}`;
}
