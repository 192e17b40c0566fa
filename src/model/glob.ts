/**
 * A test for a pattern with `*` (any text), `?` (one character) and `[abc]`, `[a-z]`, `[!x]` (one of these).
 * The whole text must match.
 */
export function globMatcher(
  pattern: string,
  options?: { readonly ignoreCase?: boolean },
): (text: string) => boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    const end = c === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (end > 0) {
      const inside = pattern.slice(i + 1, end).replaceAll(/[\\\]^]/g, String.raw`\$&`);
      source += inside.startsWith('!') ? `[^${inside.slice(1)}]` : `[${inside}]`;
      i = end;
    } else source += c.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  }
  const expression = new RegExp(`^${source}$`, options?.ignoreCase === true ? 'is' : 's');
  return (text) => expression.test(text);
}
