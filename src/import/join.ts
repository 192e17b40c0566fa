import { sameWord } from '../inventory/words.ts';
import { sameHost } from '../model/same-host.ts';
import { naturally } from '../model/sled-order.ts';
import { claimsOf, grouped, hostClaims, labels, labelsOf, INVENTORY, lowered, type Claim } from './claims.ts';
import { groupRows, type Row } from './group-rows.ts';
import type { SeenSled } from './seen-sled.ts';

/** A source as it is joined: what people call it, and what it says. */
export interface JoinSource {
  readonly label: string;
  readonly sleds: readonly SeenSled[];
}

/** One sled by all that is said of it; null where nobody says it. */
export interface JoinedSled {
  readonly serial: Claim<string> | null;
  readonly rack: Claim<string> | null;
  readonly cubby: Claim<number> | null;
  /** What to log in to: an address, or a name that stands for it. */
  readonly host: Claim<string> | null;
  readonly name: string | null;
  readonly part: string | null;
  readonly isScrimlet: boolean;
  /** Each row that it was made of. */
  readonly seen: readonly SeenSled[];
  readonly from: readonly string[];
}

/** What sources say differently of one thing: somebody must choose one of the values. */
export interface Contradiction {
  /** By which it is chosen: `BRM42220036.cubby`, or `3/14.serial` for two sleds in one place. */
  readonly id: string;
  readonly claims: readonly Claim<string>[];
}

export interface Joined {
  readonly sleds: readonly JoinedSled[];
  readonly contradictions: readonly Contradiction[];
  /** What was left out, and why: a line each. */
  readonly leftOut: readonly string[];
  /** The choices that decided something. */
  readonly decided: ReadonlySet<string>;
}

export interface JoinOptions {
  /** The rack of sleds where no source tells it; null where it was not given. */
  readonly rack: string | null;
  /** The rack of the inventory that goes by a rack's id in the control plane. */
  readonly racksByUuid: ReadonlyMap<string, string>;
  /** What was chosen, by the id of the contradiction. */
  readonly choices: ReadonlyMap<string, string>;
}

/**
 * Joins what several sources say, by serial, else by cubby, else by address. The order of sources makes no difference.
 * Where they contradict each other the value is null and the contradiction is told, until one is chosen.
 */
export function joinSources(sources: readonly JoinSource[], options: JoinOptions): Joined {
  const rows = inOneOrder(
    sources.flatMap(({ label, sleds }) =>
      sleds.map((sled): Row => ({ ...sled, label, rack: rackOf(sled, options.racksByUuid) })),
    ),
  );
  const contradictions: Contradiction[] = [];
  const decided = new Set<string>();
  const settle = (id: string, claims: readonly Claim<string>[]): Claim<string> | null => {
    const chosen = claims.find(({ value }) => value === options.choices.get(id));
    if (claims.length < 2) return claims[0] ?? null;
    if (chosen === undefined) contradictions.push({ id, claims });
    else decided.add(id);
    return chosen ?? null;
  };
  const leftOut: string[] = [];
  const sleds = groupRows(rows, options).flatMap((group) => {
    const live = withoutExpunged(group, settle, leftOut);
    return live.length === 0 ? [] : [joinedSled(live, settle, options.rack)];
  });
  const placed = withOneOwner(sleds, settle);
  return {
    sleds: placed.sort(byPlace),
    contradictions: contradictions.sort((a, b) => naturally(a.id, b.id)),
    leftOut: leftOut.sort(naturally),
    decided,
  };
}

type Settle = (id: string, claims: readonly Claim<string>[]) => Claim<string> | null;

function rackOf(sled: SeenSled, racksByUuid: ReadonlyMap<string, string>): string | null {
  return sled.rack ?? (sled.rackUuid === null ? null : (racksByUuid.get(sled.rackUuid) ?? null));
}

/** The same for every order of sources and of what they list. */
function inOneOrder(rows: readonly Row[]): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: `${row.label} ${JSON.stringify(row)}` }));
  return keyed.sort((a, b) => Number(a.key > b.key) - Number(a.key < b.key)).map(({ row }) => row);
}

/** What a group is called: by its serial, else by another word of it. */
function subjectOf(rows: readonly Row[]): string {
  const serial = rows.find((row) => row.serial !== null)?.serial;
  const first = rows[0];
  return serial ?? first?.name ?? (first?.cubby === null ? 'a sled' : `cubby ${first?.cubby}`);
}

/** The rows of a sled that is in service. One that was taken out and added again is: its source has a row of each life. */
function withoutExpunged(rows: readonly Row[], settle: Settle, leftOut: string[]): readonly Row[] {
  const out = rows.filter((row) => row.policy === 'expunged');
  if (out.length === 0) return rows;
  const others = rows.filter((row) => row.policy !== 'expunged');
  const isAgain = out.every(({ label }) => others.some((row) => row.label === label));
  const inService = others.filter((row) => row.policy === 'in_service');
  const subject = subjectOf(rows);
  if (isAgain) {
    leftOut.push(`${subject}: an earlier entry of it, expunged, in ${labels(out)}`);
    return others;
  }
  if (inService.length > 0) {
    const chosen = settle(`${subject}.policy`, [
      { value: 'expunged', from: labelsOf(out) },
      { value: 'in_service', from: labelsOf(inService) },
    ]);
    if (chosen === null || chosen.value === 'in_service') return others;
  }
  const kept = others.filter((row) => row.label === INVENTORY);
  const still = kept.length === 0 ? '' : '; it stays in the inventory until you take it out';
  leftOut.push(`${subject}: expunged in ${labels(out)}${still}`);
  return kept;
}

function joinedSled(rows: readonly Row[], settle: Settle, rackGiven: string | null): JoinedSled {
  const subject = subjectOf(rows);
  const one = (key: string, read: (row: Row) => string | null, same = (text: string) => text) =>
    settle(`${subject}.${key}`, claimsOf(rows, read, same));
  const cubby = one('cubby', (row) => (row.cubby === null ? null : String(row.cubby)));
  const rack = one('rack', (row) => row.rack, sameWord);
  return {
    serial: claimsOf(rows, (row) => row.serial, lowered)[0] ?? null,
    rack:
      rack ??
      (rows.some((row) => row.rack !== null) || rackGiven === null
        ? null
        : { value: rackGiven, from: ['--rack'] }),
    cubby: cubby === null ? null : { value: Number(cubby.value), from: cubby.from },
    host: settle(`${subject}.host`, hostClaims(rows)),
    name: rows.find((row) => row.name !== null)?.name ?? null,
    part: rows.find((row) => row.part !== null)?.part ?? null,
    isScrimlet: rows.some((row) => row.isScrimlet),
    seen: rows,
    from: labelsOf(rows),
  };
}

/** A cubby of a rack, and an address, have one sled; where several claim it, all but the chosen one lose it. */
function withOneOwner(sleds: readonly JoinedSled[], settle: Settle): JoinedSled[] {
  const losers = { cubby: new Set<JoinedSled>(), host: new Set<JoinedSled>() };
  const contend = (key: 'cubby' | 'host', placeOf: (sled: JoinedSled) => string | null): void => {
    for (const [place, owners] of grouped(sleds, placeOf)) {
      if (owners.length < 2) continue;
      const claims = owners.map((owner) => ({ value: nameOf(owner), from: owner[key]?.from ?? [] }));
      const winner = settle(
        `${place}.serial`,
        claims.sort((a, b) => naturally(a.value, b.value)),
      );
      for (const owner of owners) if (nameOf(owner) !== winner?.value) losers[key].add(owner);
    }
  };
  contend('cubby', ({ rack, cubby }) =>
    rack === null || cubby === null ? null : `${sameWord(rack.value)}/${cubby.value}`,
  );
  // The same private address may lie behind the gateways of two racks.
  contend('host', ({ rack, host }) =>
    host === null ? null : `${rack === null ? '' : `${sameWord(rack.value)}/`}${sameHost(host.value)}`,
  );
  return sleds.map((sled) => ({
    ...sled,
    ...(losers.cubby.has(sled) ? { cubby: null } : {}),
    ...(losers.host.has(sled) ? { host: null } : {}),
  }));
}

/** What a joined sled is called. */
export function nameOf({ serial, name, cubby }: JoinedSled): string {
  return serial?.value ?? name ?? (cubby === null ? 'a sled' : `cubby ${cubby.value}`);
}

function byPlace(a: JoinedSled, b: JoinedSled): number {
  return (
    naturally(a.rack?.value ?? '', b.rack?.value ?? '') ||
    (a.cubby?.value ?? 99) - (b.cubby?.value ?? 99) ||
    naturally(nameOf(a), nameOf(b))
  );
}
