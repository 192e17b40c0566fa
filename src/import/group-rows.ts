import { sameWord } from '../inventory/words.ts';
import { sameHost } from '../model/same-host.ts';
import type { SeenSled } from './seen-sled.ts';

/** What one source says of one sled. */
export interface Row extends SeenSled {
  readonly label: string;
}

interface Grouping {
  /** The rack of rows that tell none. */
  readonly rack: string | null;
  /** What was chosen of contradictions: the serial of a place, the cubby of a serial. */
  readonly choices: ReadonlyMap<string, string>;
}

/**
 * The rows that are of one sled: those of one serial; of the others, those that are in a cubby, at an address or of a
 * name that only one of these has. The order of rows makes no difference.
 */
export function groupRows(
  rows: readonly Row[],
  { rack: rackGiven, choices }: Grouping,
): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  const put = (key: string, row: Row): void => {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  };
  for (const row of rows) if (row.serial !== null) put(`serial ${row.serial.toLowerCase()}`, row);

  const chosenCubby = (row: Row): boolean =>
    row.cubby === null ||
    (choices.get(`${row.serial ?? ''}.cubby`) ?? String(row.cubby)) === String(row.cubby);
  const places = ownersOf(groups, (row, rack) => (chosenCubby(row) ? placeOf(row, rack) : []), rackGiven);
  const addresses = ownersOf(groups, addressesOf, rackGiven);
  const without: Row[] = [];
  for (const row of rows) {
    if (row.serial !== null) continue;
    const bySerial = row.name === null ? null : `serial ${row.name.toLowerCase()}`;
    const owner =
      (bySerial !== null && groups.has(bySerial) ? bySerial : null) ??
      chosenOwner(choices, placeOf(row, row.rack ?? rackGiven)) ??
      onlyOwner(places, placeOf(row, row.rack ?? rackGiven)) ??
      onlyOwner(addresses, addressesOf(row));
    if (owner === null) without.push(row);
    else put(owner, row);
  }
  for (const row of without) {
    const [key] = [...placeOf(row, row.rack ?? rackGiven), ...addressesOf(row), `name ${row.name ?? ''}`];
    put(key ?? '', row);
  }
  return [...groups.values()];
}

/** Which groups each word belongs to. A group's rack is that of any of its rows. */
function ownersOf(
  groups: ReadonlyMap<string, readonly Row[]>,
  wordsOf: (row: Row, rack: string | null) => readonly string[],
  rackGiven: string | null,
): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  for (const [key, rows] of groups) {
    const rack = rows.find((row) => row.rack !== null)?.rack ?? rackGiven;
    for (const word of rows.flatMap((row) => wordsOf(row, rack))) {
      owners.set(word, (owners.get(word) ?? new Set<string>()).add(key));
    }
  }
  return owners;
}

function onlyOwner(
  owners: ReadonlyMap<string, ReadonlySet<string>>,
  words: readonly string[],
): string | null {
  for (const word of words) {
    const [owner, another] = owners.get(word) ?? [];
    if (owner !== undefined && another === undefined) return owner;
  }
  return null;
}

function chosenOwner(choices: ReadonlyMap<string, string>, [place]: readonly string[]): string | null {
  const serial = choices.get(`${place?.replace(/^cubby /, '') ?? ''}.serial`);
  return serial === undefined ? null : `serial ${serial.toLowerCase()}`;
}

function placeOf(row: Row, rack: string | null): readonly string[] {
  return row.cubby === null ? [] : [`cubby ${rack === null ? '' : sameWord(rack)}/${row.cubby}`];
}

/** An address of another network than the sleds' joins nothing: two of them may be equal. */
function addressesOf(row: Row): readonly string[] {
  const own = row.address?.of === 'sled' ? [row.address.text] : [];
  const named = row.hostName === null ? [] : [row.hostName];
  return [...own, ...named].map((text) => `address ${sameHost(text)}`);
}
