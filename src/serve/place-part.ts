import { markup, NOTHING, type Markup } from '../html/markup.ts';
import type { Row } from '../model/column.ts';

/** Where the copies of these downstairs are, a line each, and how old that is. */
export function copiesMarkup(cells: Row, indices: readonly number[]): Markup {
  const lines = indices.flatMap((index) => {
    const [sled, disk] = [cells[`ds${index}_sled`] ?? null, cells[`ds${index}_disk`] ?? null];
    if (sled === null && disk === null) return [];
    return [
      markup`${index}: ${String(sled ?? '?')}${disk === null ? NOTHING : markup`, disk ${String(disk)}`}<br>`,
    ];
  });
  return lines.length === 0
    ? markup`not known`
    : markup`${lines}<small>${String(cells['facts_age'] ?? '')}</small>`;
}
