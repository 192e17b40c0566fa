/** The headings of a table stand near its begin. */
const FIRST_LINES = 20;

/** The kind of a table whose headings stand on two lines, as where a terminal wrapped them; null where there is none. */
export function wrappedKind<Name extends string>(
  text: string,
  names: readonly Name[],
  recognises: (name: Name, line: string) => boolean,
): Name | null {
  const lines = text.split('\n', FIRST_LINES);
  const joined = lines.map((line, index) => `${line}${lines[index + 1] ?? ''}`);
  return names.find((name) => joined.some((line) => recognises(name, line))) ?? null;
}
