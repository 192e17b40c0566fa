import { groupBy } from '../model/group-by.ts';
import type { HiddenColumn } from './fit-columns.ts';
import { wrapped } from './wrap.ts';

/**
 * Lines that name the columns which a terminal has no room for, what those are that are the same in every row, and what
 * shows them. None where nothing is hidden.
 */
export function hiddenLines(
  hidden: readonly HiddenColumn[],
  { width, shownBy }: { readonly width: number | null; readonly shownBy: string },
): readonly string[] {
  if (hidden.length === 0) return [];
  const values = [...groupBy(hidden, ({ everywhere }) => everywhere)].sort(([a], [b]) => place(a) - place(b));
  const groups = values.map(([value, members]) => {
    const names = members.map(({ name }) => name).join(', ');
    if (value === null) return names;
    return `${value === '-' ? 'empty' : `${value} in every row`}: ${names}`;
  });
  const text = `(columns hidden to fit the terminal: ${groups.join('; ')}; ${shownBy} ${hidden.length === 1 ? 'shows it' : 'shows them'})`;
  return wrapped(text, width, '  ');
}

/** What differs from row to row first, what is empty last. */
function place(value: string | null): number {
  if (value === null) return 0;
  return value === '-' ? 2 : 1;
}
