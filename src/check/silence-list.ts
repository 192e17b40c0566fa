import { formatDuration } from '../model/duration.ts';
import type { Silence } from '../alert/incident.ts';
import { printable } from '../model/printable.ts';
import { drawGrid } from '../drawing/grid.ts';

/** Silences for people, a line each under headings. */
export function silenceTable(silences: readonly Silence[], now: number): string {
  const rows = silences.map((silence) => [
    silence.id,
    endText(silence, now),
    printable(matcherText(silence)),
    printable(silence.by),
    printable(silence.reason === '' ? '-' : silence.reason),
  ]);
  return drawGrid(
    [['ID', 'ENDS', 'SILENCES', 'BY', 'REASON'], ...rows],
    ['left', 'left', 'left', 'left', 'left'],
  );
}

/** `sled 3/BRM42220017, rule degraded`: what must be so of an incident, all of it. */
export function matcherText({ racks, sleds, zones, upstairs, rules }: Silence): string {
  const part = (word: string, values: readonly string[] | null) =>
    values === null ? [] : [`${word} ${values.join(' or ')}`];
  return [
    ...part('rack', racks),
    ...part('sled', sleds),
    ...part('zone', zones),
    ...part('upstairs', upstairs),
    ...part('rule', rules),
  ].join(', ');
}

function endText({ endsAt }: Silence, now: number): string {
  const at = new Date(endsAt).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
  return endsAt > now ? `${at} (in ${formatDuration(endsAt - now)})` : `${at} (over)`;
}
