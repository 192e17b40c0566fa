/** Whether the patterns of a `Host` line take a host, in OpenSSH's way: one that is negated and fits outweighs all. */
export function matchesPatterns(patterns: readonly string[], host: string): boolean {
  let matches = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!matchesPattern(isNegated ? pattern.slice(1) : pattern, host)) continue;
    if (isNegated) return false;
    matches = true;
  }
  return matches;
}

/** `*` is any text, `?` one character. Of the stars only the last one is ever tried again: thousands of hosts ask. */
function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let tried = 0;
  while (t < text.length) {
    const wanted = pattern.charAt(p);
    if (wanted === '*') {
      star = p;
      tried = t;
      p += 1;
    } else if (wanted === '?' || (wanted !== '' && wanted === text.charAt(t))) {
      p += 1;
      t += 1;
    } else if (star === -1) return false;
    else {
      tried += 1;
      t = tried;
      p = star + 1;
    }
  }
  return /^\**$/.test(pattern.slice(p));
}
