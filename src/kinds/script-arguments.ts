import type { ProbeSettings } from '../model/probe.ts';

/** What a script prints for programs: rows whose values are named, or JSON with the begin and end of the run. */
const FIELDS = 'FIELDS';

/**
 * `SECONDS INTERVAL PID|VOLUME [FIELDS]`, or `PID SECONDS INTERVAL [FIELDS]` where a PID is needed; 0 is all. Without
 * `fields` what is not limited is left out.
 */
export function scriptArguments(
  limit: 'pid' | 'needed pid' | 'volume',
  settings: ProbeSettings,
  form: 'fields' | 'plain',
): readonly string[] {
  const { seconds, interval, pid, volume } = settings;
  const times = [String(seconds), String(interval)];
  const last = form === 'fields' ? [FIELDS] : [];
  if (limit === 'needed pid') return [String(pid ?? 0), ...times, ...last];
  const only = limit === 'volume' ? volume : pid;
  return only === null && form === 'plain' ? times : [...times, String(only ?? 0), ...last];
}
