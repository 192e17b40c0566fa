/** A document with a table made again, which is found by its first line. Throws where it is not there. */
export function withTable(document: string, table: readonly [string, ...string[]]): string {
  const lines = document.split('\n');
  const begin = lines.indexOf(table[0]);
  if (begin === -1) throw new Error(`the document has no table that begins with ${table[0]}`);
  const length = lines.slice(begin).findIndex((line) => !line.startsWith('|'));
  return lines.toSpliced(begin, length, ...table).join('\n');
}
