import { isJsonObject, readJson } from '../parse/json-lines.ts';
import { linesOf } from '../parse/lines.ts';
import { readSushStates, type SushState } from '../parse/sush-states.ts';
import { hasMarks } from '../parse/text-marks.ts';
import type { SledBlock } from './sled-blocks.ts';
import { named } from './sled-headings.ts';

/**
 * The blocks of what `sush -j job start -w` and `sush -j job stdout` print, a value a line: a map of states, the
 * name of a sled where there are several, and texts. Null for any other text.
 */
export function splitSushJson(text: string): readonly SledBlock[] | null {
  const blocks: SledBlock[] = [];
  const states = new Map<string, SushState>();
  let name: string | null = null;
  for (const line of linesOf(text).lines) {
    const said = readText(line.trim());
    if (said !== null) {
      // What is not labelled is known by its marks; the other text is what bash said.
      if (!hasMarks(said)) continue;
      blocks.push(blockOf(name, linesOf(said).lines));
      name = null;
      continue;
    }
    const value = readJson(line);
    const found = readSushStates(value);
    if (found !== null) for (const [serial, state] of found) states.set(serial, state);
    const target = isJsonObject(value) ? value['target'] : undefined;
    if (typeof target === 'string') name = target.replace(/^.*:/s, '');
  }
  if (blocks.length === 0) return null;
  const [first, ...others] = blocks;
  const [only, ...more] = states.keys();
  // One sled is not named again behind the map.
  const headed =
    first?.heading === null && others.length === 0 && only !== undefined && more.length === 0
      ? [blockOf(only, first.lines)]
      : blocks;
  const there = new Set(headed.flatMap(({ heading }) => heading?.sleds.map((sled) => sled.name) ?? []));
  const silent = [...states].filter(([serial]) => !there.has(serial));
  return [...headed, ...silent.map(([serial, state]) => blockOfSilent(serial, state))];
}

function readText(line: string): string | null {
  if (!line.startsWith('"') || !line.endsWith('"')) return null;
  try {
    return String(JSON.parse(line));
  } catch {
    return null;
  }
}

function blockOf(name: string | null, lines: readonly string[]): SledBlock {
  const heading = name === null ? null : { by: 'sush', sleds: [named(name)], ok: true, first: '' };
  return { heading, why: name === null ? 'without a target' : '', lines, isOpen: false };
}

function blockOfSilent(serial: string, { word, why }: SushState): SledBlock {
  const said = word === 'Stopped' && why === null ? 'its output is not here' : (why ?? 'it did not end');
  const first = `${word}: ${said}`;
  return {
    heading: { by: 'sush', sleds: [named(serial)], ok: false, first },
    why: '',
    lines: [first],
    isOpen: false,
  };
}
