/** Which side is too old for the other: one minor version older or newer works together. */
export type TooOld = 'runner' | 'asker' | null;

export function tooOld(asker: string, runner: string): TooOld {
  const [a, r] = [partsOf(asker), partsOf(runner)];
  // What does not say its version is not refused for it.
  if (a === null || r === null) return null;
  if (a.major !== r.major) return a.major < r.major ? 'asker' : 'runner';
  if (Math.abs(a.minor - r.minor) <= 1) return null;
  return a.minor < r.minor ? 'asker' : 'runner';
}

/** A sentence on it; null where both work together. */
export function versionProblem(asker: string, runner: string): string | null {
  const which = tooOld(asker, runner);
  if (which === null) return null;
  const side = which === 'asker' ? 'the cruc-fleet that asks' : "the site's runner";
  return `versions too far apart: the runner is ${runner}, and who asks is ${asker}; update ${side}`;
}

function partsOf(version: string): { readonly major: number; readonly minor: number } | null {
  const [, major, minor] = /^(\d+)\.(\d+)\b/.exec(version) ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
}
