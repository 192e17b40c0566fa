import type { Cell, Row } from '../model/column.ts';
import { groupBy } from '../model/group-by.ts';
import { totalCount, type Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { ambiguousIssues } from '../kinds/ambiguous-samples.ts';
import { parseAmbiguous } from '../parse/ambiguous.ts';
import { numberedKeys } from '../parse/aggregation-keys.ts';
import { readHistograms } from '../parse/histograms.ts';
import { createIssueLog } from '../parse/lines.ts';
import { OUR_HABITS, UNKNOWN_HABITS, type PrintHabits } from '../parse/print-habits.ts';
import { settlePrints, type PrintedHistogram } from '../parse/repeated-prints.ts';
import { PROBES } from '../probes/index.ts';
import { keysOfProbe, mayBeKeys, OWN_COUNT } from './latency-keys.ts';
import type { Pasted } from './paste.ts';

/** Of the scripts that are run by hand: each key is of one aggregation, and which version empties it is not known. */
const BY_HAND: PrintHabits = { ...UNKNOWN_HABITS, sharing: 1, jointly: false, withNumbers: [] };

/** Keys without which a histogram is not of a probe that has them; of live repair, a whole extent has no client. */
const NEEDED = ['client', 'volume', 'part'];

/** What live repair does not do. */
const GUEST_IO = new Set<unknown>(['read', 'write', 'write-unwritten', 'flush', 'barrier']);

/**
 * Reads histograms. One whose keys are not those of the probe is of another script: an issue. Prints of equal keys are
 * taken as `settlePrints` says; our own scripts print a zone with every histogram, and begin again each time.
 */
export function readPastedLatencies(probe: ProbeSpec, text: string): Pasted {
  const nameKeys = (keys: readonly Cell[]) => keysOfProbe(probe, keys) ?? numberedKeys(keys);
  const { histograms, ambiguous } = parseAmbiguous(text);
  const read = readHistograms(histograms, { pasted: true, nameKeys, habits: BY_HAND });
  const isLiveRepair = probe.name === 'perf-live-repair';
  const known = new Set(probe.columns.map((column) => column.name));
  const isOwn = ({ keys }: Distribution) =>
    Object.keys(keys).length > 0 &&
    Object.keys(keys).every((name) => known.has(name)) &&
    mayBeKeys(probe, keys) &&
    // A key that is null was printed, as a value that is not known.
    NEEDED.every((name) => isLiveRepair || !known.has(name) || keys[name] !== undefined) &&
    !(isLiveRepair && GUEST_IO.has(keys['type']));
  const printed = read.printed.map(withoutCount);
  const own = printed.filter(isOwn);
  const ours = own.filter(({ keys }) => Object.hasOwn(keys, 'zone'));
  const others = own.filter(({ keys }) => !Object.hasOwn(keys, 'zone'));
  const settled = [settlePrints(ours, OUR_HABITS), settlePrints(others, BY_HAND)];
  const distributions = settled.flatMap((each) => each.distributions);
  return {
    rows: [],
    distributions,
    issues: [
      ...ambiguousIssues(ambiguous, distributions, 'unknown'),
      ...read.issues,
      ...strangers(
        probe,
        printed.filter((each) => !isOwn(each)),
      ),
      ...otherCounts(read.printed),
      ...settled.flatMap(({ issues }) => issues),
    ],
    notes: settled.flatMap(({ notes }) => notes),
    hasHeadings: false,
  };
}

function withoutCount(each: PrintedHistogram): PrintedHistogram {
  const { [OWN_COUNT]: count, ...keys } = each.keys;
  return count === undefined ? each : { ...each, keys };
}

/** An issue for each histogram that does not have the count that was printed with its keys. */
function otherCounts(printed: readonly PrintedHistogram[]): readonly Issue[] {
  const log = createIssueLog();
  for (const { keys, histogram } of printed) {
    const count = keys[OWN_COUNT];
    const total = String(totalCount(histogram));
    if (count === undefined || String(count) === total) continue;
    log.add('contradiction', `the histogram of ${keyText(keys)} has ${total} samples in its rows`);
  }
  return log.all();
}

function strangers(probe: ProbeSpec, distributions: readonly Distribution[]): readonly Issue[] {
  const log = createIssueLog();
  for (const [text, group] of groupBy(distributions, ({ keys }) => keyText(keys))) {
    const times = group.length === 1 ? '' : ` (${group.length} times)`;
    const owners = ownersOf(group[0]?.keys ?? {}, probe);
    const perhaps = owners.length === 0 ? '' : `; perhaps of ${owners.join(' or ')}`;
    log.addLine(`a histogram that is not of ${probe.name}`, `${text}${times}${perhaps}`);
  }
  return log.all();
}

/** The other probes whose script, run by hand, prints such keys. */
function ownersOf(keys: Row, probe: ProbeSpec): readonly string[] {
  if (!Object.keys(keys).every((name) => name.startsWith('key_'))) return [];
  const fits = (each: ProbeSpec) =>
    each.name !== probe.name && keysOfProbe(each, Object.values(keys)) !== null;
  return PROBES.filter((each) => each.shape === 'distributions' && fits(each)).map(({ name }) => name);
}

function keyText(keys: Row): string {
  const text = Object.entries(keys).map(([name, cell]) => `${name} ${String(cell)}`);
  return text.length === 0 ? 'it has no keys' : text.join(', ').slice(0, 100);
}
