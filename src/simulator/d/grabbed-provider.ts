const MOST_PID = 2 ** 31 - 1;

/**
 * Why a description with this provider is refused, if it is. The compiler takes a number at the end for a process, which
 * it stops for a moment to look for probes in it, with -Z or -l too.
 */
export function grabProblem(provider: string, canGrab: (pid: number) => boolean): string | null {
  const digits = /\d+$/.exec(provider)?.[0];
  if (digits === undefined) return null;
  if (digits === provider) return `'${provider}' is not a valid provider`;
  const pid = Number(digits);
  if (pid === 0 || pid > MOST_PID) return `'${provider}' does not contain a valid pid`;
  return canGrab(pid) ? null : `failed to grab process ${pid}`;
}
