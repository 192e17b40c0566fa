import { printable } from '../model/printable.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';

/** What is to be known of some sleds though they answered. */
export interface FleetWarning {
  readonly text: string;
  readonly sleds: readonly Sled[];
  /** What it says of each of the sleds alone, in their order: a fingerprint; empty where it is all the same. */
  readonly own: readonly string[];
}

/** The end of a warning that is each host's own. */
const FINGERPRINT = /: (\S+ SHA256:\S+)$/;

/** Each warning once, with all the sleds that it was said of. */
export function groupWarnings(
  said: readonly { readonly sled: Sled; readonly warnings: readonly string[] }[],
): readonly FleetWarning[] {
  const groups = new Map<string, { text: string; sleds: Sled[]; own: string[] }>();
  for (const { sled, warnings } of said) {
    for (const whole of new Set(warnings)) {
      const own = isOfGateway(whole) ? undefined : FINGERPRINT.exec(whole)?.[1];
      const text = own === undefined ? whole : whole.replace(FINGERPRINT, '');
      const group = groups.get(text) ?? { text, sleds: [], own: [] };
      groups.set(text, group);
      group.sleds.push(sled);
      if (own !== undefined) group.own.push(own);
    }
  }
  return [...groups.values()];
}

/**
 * `3/[0-14,16-31]: printed before the answer: …`; what is of a gateway names it, and is of no sled. What each of several
 * sleds has of its own stands below, a line each. Safe for a terminal.
 */
export function warningLine({ text, sleds, own }: FleetWarning): string {
  if (isOfGateway(text)) return printable(text);
  const line = printable(`${foldSleds(sleds)}: ${text}`);
  if (own.length < 2) return [line, ...own.map(printable)].join(': ');
  return [line, ...own.map((each, i) => printable(`  ${sleds[i]?.id ?? ''}: ${each}`))].join('\n');
}

function isOfGateway(text: string): boolean {
  return text.startsWith('gateway ');
}
