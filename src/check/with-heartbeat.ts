import { ping } from '../delivery/heartbeat.ts';
import { randomHex } from '../model/random-hex.ts';

/** How a check ended, as its heartbeat is told. */
export interface CheckEnd {
  readonly status: number;
  readonly text: string;
}

/**
 * Pings a URL before and after some work, with the status and text that the work ended with, or with `statusOfBug`
 * where it throws. Whether anybody hears it changes nothing: `warn` is told.
 */
export async function withHeartbeat<T extends CheckEnd>(
  url: string,
  settings: {
    readonly random: () => number;
    readonly statusOfBug: number;
    readonly warn: (problem: string) => void;
  },
  work: () => Promise<T>,
): Promise<T> {
  const runId = uuid(settings.random);
  const started = ping(url, 'start', { runId });
  const end = async (status: number, body: string) => {
    const problems = new Set([await started, await ping(url, status, { runId, body })]);
    for (const problem of problems) if (problem !== null) settings.warn(problem);
  };
  let ended: T;
  try {
    ended = await work();
  } catch (bug) {
    await end(settings.statusOfBug, 'a bug in cruc-fleet');
    throw bug;
  }
  await end(ended.status, ended.text);
  return ended;
}

/** A random UUID (version 4). */
function uuid(random: () => number): string {
  const hex = (digits: number) => randomHex(random, digits);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}
