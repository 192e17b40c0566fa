import type { Cell, Row } from '../model/column.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { ioType, isUuid, readProbeName } from '../parse/io-names.ts';

const IO = ['read', 'write', 'write-unwritten', 'flush', 'barrier'];

/** Jobs of live repair, as probes of the upstairs and of the downstairs name them. */
const REPAIR = ['close', 'repair', 'noop', 'reopen', 'el', 'extent', 'or'];

/** What the scripts that are run by hand write as the type of what they time, by probe. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  perfgw: [...IO, ...REPAIR],
  'perf-ds-client': [...IO, ...REPAIR],
  'perf-ds-net': [...IO, ...REPAIR],
  'perf-downstairs': [...IO, ...REPAIR],
  'perf-downstairs-os': IO,
  'perf-downstairs-three': IO,
  'perf-upstairs-rw': IO,
  'perf-vol': IO,
  'perf-reqwest': ['read'],
  'perf-live-repair': [...REPAIR, ...REPAIR.map((type) => `ds-${type}`)],
};

/** Names of probes that stand for the type, or for the part, in the keys of one script only. */
const NAMES: Readonly<Record<string, RegExp>> = {
  'perf-vol': /^volume-/,
  'perf-upstairs-rw': /^(?:gw|up-to-ds)-/,
};

/** What stands after the type in the keys of one script only. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'perf-downstairs-three': ['submit-OS', 'OS', 'OS-done'],
  'perf-upstairs-rw': ['guest-upds', 'upds-ds-upds', 'upds-upds', 'upds-guest'],
};

/** What stands before the type in the keys of one script only. */
const LABEL_OF: Readonly<Record<string, string>> = { 'perf-reqwest': 'reqwest-' };

/** Under which a count stands that was printed with the keys. */
export const OWN_COUNT = 'count';

/** Whether keys have values that the probe's may have: a text may have been changed. */
export function mayBeKeys({ name }: Pick<ProbeSpec, 'name'>, { pid, client, type }: Row): boolean {
  return (
    (pid === undefined || pid === null || typeof pid === 'number') &&
    (client === undefined || client === null || [0, 1, 2].includes(Number(client))) &&
    (typeof type !== 'string' || TYPES[name]?.includes(ioType(type)) === true)
  );
}

/**
 * The keys of a histogram of a script that is run by hand, under the names that the probe has for them; null where
 * they are those of another script. `UUID type [count]` with volumes, `type for downstairs client` and a number with
 * clients, `type part` or the name of a probe with parts, else the type alone; the number of the process may be first.
 */
export function keysOfProbe(probe: Pick<ProbeSpec, 'name' | 'columns'>, keys: readonly Cell[]): Row | null {
  const has = (name: string) => probe.columns.some((column) => column.name === name);
  const words = keys.flatMap((key) => (typeof key === 'string' && has('volume') ? key.split(/ +/) : [key]));
  const [first, second, third] = words;
  if (has('volume')) {
    // The count that today's script prints between the keys and the histogram is the histogram's own.
    const count = words.length === 3 && /^\d+$/.test(String(third)) ? { [OWN_COUNT]: String(third) } : {};
    if (typeof first !== 'string' || !isUuid(first) || words.length !== 2 + Object.keys(count).length)
      return null;
    return withType(probe.name, second, (type) => ({ volume: first, type, ...count }));
  }
  if (has('client') && words.length === 2) {
    const label = typeof first === 'string' ? /^(.*) for downstairs client$/.exec(first)?.[1] : undefined;
    if (typeof second !== 'number') return null;
    return withType(probe.name, label, (type) => ({ type, client: second }));
  }
  const process = typeof first === 'number' && words.length === 2 ? { pid: first } : {};
  if (words.length !== 1 + Object.keys(process).length) return null;
  const label = words.at(-1);
  if (!has('part')) return withType(probe.name, label, (type) => ({ ...process, type }));
  if (typeof label !== 'string') return null;
  // A label of one word is a part only if it is the name of a probe, at which the part ends.
  const isName = NAMES[probe.name]?.test(label) === true;
  const space = label.indexOf(' ');
  const [type, part] = isName ? [label, label] : [label.slice(0, space), label.slice(space + 1)];
  if (!isName && PARTS[probe.name]?.includes(part) !== true) return null;
  return withType(probe.name, type, (known) => ({ ...process, type: known, part }));
}

function withType(probe: string, label: Cell | undefined, keys: (type: string) => Row): Row | null {
  const type = typeof label === 'string' ? typeOf(probe, label) : null;
  return type === null ? null : keys(type);
}

function typeOf(probe: string, label: string): string | null {
  const isName = Object.hasOwn(NAMES, probe) && NAMES[probe]?.test(label) === true;
  const text = isName ? readProbeName(label)?.type : label.replace(LABEL_OF[probe] ?? '', '');
  const type = ioType(text ?? '');
  return Object.hasOwn(TYPES, probe) && TYPES[probe]?.includes(type) === true ? type : null;
}
