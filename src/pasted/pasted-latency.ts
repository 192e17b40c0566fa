import type { Cell, Row } from '../model/column.ts';
import { boundsId, totalCount, type Distribution, type Histogram } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import type { Pasted } from './paste.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { parseHistograms } from '../parse/histograms.ts';
import { nameIoKeys, readProbeName } from '../parse/io-names.ts';

/** Names of probes that only one script prints with its histograms. */
const OWNER_OF_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^volume-/, 'perf-vol'],
  [/^reqwest-/, 'perf-reqwest'],
];

/** Keys without which a histogram is not of the probe; of live repair, a whole extent has no client. */
const NEEDED = ['client', 'volume'];

const LIVE_REPAIR = 'perf-live-repair';

/** What live repair does not do. */
const GUEST_IO = new Set<unknown>(['read', 'write', 'write-unwritten', 'flush', 'barrier']);

/**
 * Reads histograms. A key that the probe does not have, or one that it must have and that is not there, makes the
 * histogram one of another script: an issue. One that was printed several times with counts that only grow holds what
 * came before, so that the last is taken; where counts fall, each is of an interval of its own, and all count.
 */
export function readPastedLatencies(probe: ProbeSpec, text: string): Pasted {
  const parsed = parseHistograms(text, { pasted: true, nameKeys: (keys) => nameKeys(probe, keys) });
  const issues: Issue[] = [...parsed.issues];
  const known = new Set(probe.columns.map((column) => column.name));
  const needed = NEEDED.filter((name) => known.has(name) && probe.name !== LIVE_REPAIR);
  const own: Distribution[] = [];
  const strange = new Map<string, number>();
  for (const { keys, histogram } of parsed.distributions) {
    const isOwn =
      Object.keys(keys).length > 0 &&
      Object.keys(keys).every((name) => known.has(name)) &&
      // A key that is null was printed, as a value that is not known.
      needed.every((name) => keys[name] !== undefined) &&
      !(probe.name === LIVE_REPAIR && GUEST_IO.has(keys['type']));
    if (isOwn) own.push({ keys, histogram });
    else strange.set(keyText(keys), (strange.get(keyText(keys)) ?? 0) + 1);
  }
  for (const [keys, count] of strange) {
    const times = count === 1 ? '' : ` (${count} times)`;
    issues.push({
      code: 'unparsed_line',
      message: `a histogram that is not of ${probe.name}: ${keys}${times}`,
    });
  }
  return { rows: [], issues, ...withoutRepetitions(own), hasHeadings: false };
}

function keyText(keys: Row): string {
  const text = Object.entries(keys).map(([name, cell]) => `${name} ${String(cell)}`);
  return text.length === 0 ? 'it has no keys' : text.join(', ').slice(0, 160);
}

/** The keys of a script that is run by hand, by name; numbered where they are those of another one. */
function nameKeys(probe: ProbeSpec, keys: readonly Cell[]): Row {
  const numbered = (): Row => Object.fromEntries(keys.map((key, i) => [`key_${i + 1}`, key]));
  const owner = OWNER_OF_NAMES.find(([names]) =>
    keys.some((key) => typeof key === 'string' && names.test(key)),
  )?.[1];
  if (owner !== undefined && owner !== probe.name) return numbered();
  const [first, second, third] = keys;
  // The three parts of an IO end at probes of three names; which part is which differs by version.
  if (probe.name === 'perf-upstairs-rw' && keys.length === 1 && typeof first === 'string') {
    const name = readProbeName(first);
    return name === null ? numbered() : { type: name.type, part: first };
  }
  // perf-vol of today prints the count between the keys and the histogram.
  if (probe.name === 'perf-vol' && keys.length === 3 && typeof third === 'number') {
    return nameIoKeys([first ?? null, second ?? null]);
  }
  return nameIoKeys(keys);
}

/** Our scripts print a zone with every histogram and begin anew each time: only the others need a choice. */
function withoutRepetitions(distributions: readonly Distribution[]): {
  readonly distributions: readonly Distribution[];
  readonly notes: readonly string[];
} {
  const groups = new Map<string, Distribution[]>();
  for (const each of distributions) {
    const id = JSON.stringify(each.keys);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [each]);
    else group.push(each);
  }
  const repeated = [...groups.values()].filter(
    (group) => group.length > 1 && group.every(({ keys }) => !Object.hasOwn(keys, 'zone')),
  );
  if (repeated.length === 0) return { distributions, notes: [] };
  const times = repeated.reduce((most, group) => Math.max(most, group.length), 0);
  const grows = repeated.every((group) =>
    group.every(({ histogram }, i) => i === 0 || holds(histogram, group[i - 1]?.histogram ?? histogram)),
  );
  if (!grows) {
    return {
      distributions,
      notes: [`histograms were printed up to ${times} times with counts that fall: all are added`],
    };
  }
  const last = new Set([...groups.values()].map((group) => group.at(-1)));
  const isRepeated = new Set(repeated.flat());
  return {
    distributions: distributions.filter((each) => !isRepeated.has(each) || last.has(each)),
    notes: [
      `histograms were printed up to ${times} times, each holding the one before: the last of each is taken`,
    ],
  };
}

function holds(later: Histogram, earlier: Histogram): boolean {
  if (later.shape !== earlier.shape || totalCount(later) < totalCount(earlier)) return false;
  const counts = new Map(later.buckets.map((bucket) => [boundsId(bucket), bucket.count]));
  return earlier.buckets.every((bucket) => (counts.get(boundsId(bucket)) ?? 0n) >= bucket.count);
}
