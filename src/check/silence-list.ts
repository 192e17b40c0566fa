import type { Silence } from '../alert/incident.ts';
import { listText, type ListReader } from '../drawing/list-text.ts';
import type { Column } from '../model/column.ts';
import { formatDuration } from '../model/duration.ts';

const COLUMNS: readonly Column[] = [
  { name: 'id', heading: 'ID', kind: 'text', role: 'identity', help: 'what silence expire takes' },
  { name: 'ends', heading: 'ENDS', kind: 'text', role: 'state', help: 'when it ends' },
  { name: 'silences', heading: 'SILENCES', kind: 'note', help: 'what an incident must match' },
  { name: 'by', heading: 'BY', kind: 'text', help: 'who added it' },
  { name: 'reason', heading: 'REASON', kind: 'note', help: 'why' },
];

/** Silences for people, a line each under headings. */
export function silenceTable(silences: readonly Silence[], now: number, reader: ListReader): string {
  const rows = silences.map((silence) => ({
    id: silence.id,
    ends: endText(silence, now),
    silences: matcherText(silence),
    by: silence.by,
    reason: silence.reason === '' ? null : silence.reason,
  }));
  return listText(COLUMNS, rows, reader);
}

/** `sled 3/BRM42220017, rule degraded`: what an incident must match, all of it. */
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
