/** The note of a row that ctop marks. */
export const STALE = 'stale when it was shown: no report for some seconds';

/** What is said of a text with such rows. */
export function staleMessage(count: number): string {
  const rows = count === 1 ? '1 row is' : `${count} rows are`;
  return `${rows} marked * by ctop: the session had not reported for some seconds`;
}
