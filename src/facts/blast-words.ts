import type { ByCause, Cause } from '../model/by-cause.ts';
import type { BlastRadius, SharedPlace } from './blast-radius.ts';

/** What a sled is called in the inventory, by its serial. */
export interface SledNaming {
  /** `3/BRM42220009`, as in reports. */
  readonly nameOf: (serial: string) => string;
  /** `3/9`, as in tables. */
  readonly shortNameOf: (serial: string) => string;
}

/** A shared place as people call it. */
export function causeOf(shared: SharedPlace, { nameOf, shortNameOf }: SledNaming): Cause {
  const { kind, pool, physicalDisk, sick, elsewhere, unknown, active } = shared;
  const { sled } = shared;
  const name = nameOfPlace({ sled: sled === null ? null : shortNameOf(sled), pool, physicalDisk });
  const counts = { sick: sick.length, elsewhere, unknown, active };
  return { kind, name, sled: sled === null ? null : nameOf(sled), pool, physicalDisk, ...counts };
}

/** `3/9 pool oxp_…`: the same, as short as it is certain. */
export function headingOf({ sled, pool, physicalDisk }: SharedPlace, { shortNameOf }: SledNaming): string {
  return nameOfPlace({
    sled: sled === null ? null : shortNameOf(sled),
    pool,
    physicalDisk: pool === null ? physicalDisk : null,
  });
}

/** `3/9 pool oxp_… (disk A0793)`. */
function nameOfPlace({ sled, pool, physicalDisk }: Pick<Cause, 'sled' | 'pool' | 'physicalDisk'>): string {
  const disk =
    physicalDisk === null ? [] : [pool === null ? `disk ${physicalDisk}` : `(disk ${physicalDisk})`];
  return [...(sled === null ? [] : [sled]), ...(pool === null ? [] : [`pool oxp_${pool}`]), ...disk].join(
    ' ',
  );
}

/** `12 of 13 sick downstairs are on 3/9 pool oxp_…; 1 is not; 4 others there are active`. */
export function causeText({ name, sick, elsewhere, unknown, active }: Cause): string {
  const all = sick + elsewhere + unknown;
  return [
    `${sick} of ${all} sick downstairs are on ${name}`,
    ...(elsewhere === 0 ? [] : [`${elsewhere} ${elsewhere === 1 ? 'is' : 'are'} not`]),
    ...(unknown === 0 ? [] : [`of ${unknown} it is unknown`]),
    ...(active === 0 ? [] : [`${active} ${active === 1 ? 'other there is' : 'others there are'} active`]),
  ].join('; ');
}

/** What is said of all sick downstairs beside their causes. */
export function radiusLines({ sick, shared, unknown, disks, sleds }: BlastRadius): ByCause['lines'] {
  if (sick.length === 0) return ['no sick downstairs'];
  const placed = sick.length - unknown.length;
  const none =
    placed === 0
      ? 'no common cause can be named'
      : `no common cause: ${count(placed, 'sick downstairs', 'sick downstairs')} on ${count(disks, 'disk', 'disks')} of ${count(sleds, 'sled', 'sleds')}`;
  const reasons = Object.entries(reasonsOf(unknown)).map(([reason, times]) => `${times} ${reason}`);
  return [
    ...(shared.length === 0 ? [none] : []),
    ...(unknown.length === 0
      ? []
      : [
          `the place of ${unknown.length} of ${count(sick.length, 'sick downstairs', 'sick downstairs')} is unknown: ${reasons.join(', ')}`,
        ]),
  ];
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** How many there are of each reason, the most frequent first. */
export function reasonsOf(unknown: BlastRadius['unknown']): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { reason } of unknown) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1]));
}
