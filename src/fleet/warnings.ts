import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';

/** What is to be known of some sleds though they answered. */
export interface FleetWarning {
  readonly text: string;
  readonly sleds: readonly Sled[];
}

/** Each warning once, with all the sleds that it was said of. */
export function groupWarnings(
  said: readonly { readonly sled: Sled; readonly warnings: readonly string[] }[],
): readonly FleetWarning[] {
  const sledsOf = new Map<string, Sled[]>();
  for (const { sled, warnings } of said) {
    for (const text of new Set(warnings)) {
      const sleds = sledsOf.get(text);
      if (sleds === undefined) sledsOf.set(text, [sled]);
      else sleds.push(sled);
    }
  }
  return [...sledsOf].map(([text, sleds]) => ({ text, sleds }));
}

/** `3/[0-14,16-31]: printed before the answer: …`; what is of a gateway names it, and is of no sled. */
export function warningLine({ text, sleds }: FleetWarning): string {
  return text.startsWith('gateway ') ? text : `${foldSleds(sleds)}: ${text}`;
}
