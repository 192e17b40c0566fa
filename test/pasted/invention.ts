import type { Cell, Row } from '../../src/model/column.ts';
import { canonicalState } from '../../src/model/downstairs-state.ts';

/** Columns that are judged, computed or written by us, and not read. */
const OWN_WORDS = /^(?:health|note|status|seconds)$|_per_second$/;

/** The first cell of a row that does not stand in the text, with its column; null where all do. */
export function inventedCell(rows: readonly Row[], text: string): string | null {
  if (rows.length === 0) return null;
  const numbers = new Set<number>();
  const digits = new Set<string>();
  const states = new Set<string>(['unknown']);
  for (const [number] of text.matchAll(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    numbers.add(Number(number));
    numbers.add(Math.abs(Number(number)));
    for (const [run] of number.matchAll(/\d+/g)) {
      numbers.add(Number(run));
      digits.add(run);
    }
  }
  for (const word of [...text.split(/\s+/), ...text.split('"'), ...text.split(/[\s"',/>[\]{}:]+/)]) {
    states.add(canonicalState(word).word);
  }
  const ids = [...text.matchAll(/next_job_id"?[^\d,}]{0,9}(\d+)/g)].map(([, id]) => Number(id));
  const grown = new Set(ids.flatMap((id) => ids.map((before) => id - before)));
  const loose = looseText(text);
  const stands = (name: string, cell: Cell): boolean => {
    if (cell === null || typeof cell === 'boolean' || OWN_WORDS.test(name)) return true;
    // A column that comes twice has its place behind its name.
    if (/^ds[0-2](?:_\d+)?$/.test(name)) return states.has(String(cell));
    if (typeof cell === 'number') return numbers.has(cell) || (name === 'delta' && grown.has(cell));
    return digits.has(cell.replace(/^-/, '')) || loose.includes(looseText(cell.replace(/…$/, '')));
  };
  for (const row of rows) {
    for (const [name, cell] of Object.entries(row)) {
      if (!stands(name, cell)) return `${name} ${JSON.stringify(cell)}`;
    }
  }
  return null;
}

/** Types of IO are spelled in one way, JSON escapes are resolved. */
function looseText(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/[-_\\]/g, '')
    .toLowerCase();
}
