/** A table as omdb prints it: left-aligned cells, one blank after each, headings without a rule. */
export function plainTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  indent = '',
): string[] {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  return [headings, ...rows].map(
    (row) => indent + row.map((cell, at) => `${cell.padEnd(widths[at] ?? 0)} `).join(''),
  );
}

/** The same with a blank before each cell too. */
export function paddedTable(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  return [headings, ...rows].map((row) =>
    row.map((cell, at) => ` ${cell.padEnd(widths[at] ?? 0)} `).join(''),
  );
}

/** As psql prints: `|` between columns and a rule under the headings; `left` is what stands before each cell. */
export function ruledTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  left: '' | ' ',
): string[] {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => `${left}${cell.padEnd(widths[at] ?? 0)} `).join('|');
  const rule = widths.map((width) => '-'.repeat(width + 1 + left.length)).join('+');
  return [line(headings), rule, ...rows.map(line)];
}
