/** D's `substr`: a negative index counts from the end, one beyond the end gives "". */
export function substring(text: string, start: number, count: number | null, limit: number): string {
  let index = start;
  let remaining = count ?? limit;
  if (index < 0) {
    index += text.length;
    if (index < 0 && index + remaining > 0) {
      remaining += index;
      index = 0;
    }
  }
  if (index < 0 || index >= text.length) return '';
  if (remaining < 0) remaining += text.length - index;
  return remaining <= 0 ? '' : text.slice(index, index + remaining);
}

/** Where `strtok(NULL, …)` goes on. Null when nothing is left. */
export interface TokenState {
  rest: string | null;
}

/** D's `strtok`: the next token, or null at the end; runs of separators count as one. */
export function nextToken(state: TokenState, text: string | null, separators: string): string | null {
  const from = text ?? state.rest;
  state.rest = null;
  if (from === null) return null;
  let start = 0;
  while (start < from.length && separators.includes(from[start] ?? '')) start++;
  if (start === from.length) return null;
  let end = start;
  while (end < from.length && !separators.includes(from[end] ?? '')) end++;
  if (end < from.length) state.rest = from.slice(end + 1);
  return from.slice(start, end);
}

/** D's `basename`: the last part of a path, `.` for an empty one. */
export function baseName(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** D's `dirname`: a path without its last part, `.` where nothing is left. */
export function directoryName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const slash = trimmed.lastIndexOf('/');
  if (slash === -1) return '.';
  const head = trimmed.slice(0, slash).replace(/\/+$/, '');
  return head === '' ? '/' : head;
}

/** D's `cleanpath`: `//`, `/./` and `/../` taken out. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !absolute) parts.push(part);
  }
  const joined = parts.join('/');
  return absolute ? `/${joined}` : joined;
}

/** D's `lltostr`: signed in base 10, else unsigned with `0x` in base 16 and `0` in base 8. */
export function integerText(value: bigint, base: number): string {
  if (base === 10) return String(value);
  const digits = BigInt.asUintN(64, value).toString(base);
  if (base === 16) return `0x${digits}`;
  return base === 8 ? `0${digits}` : digits;
}
