import { readJson } from '../parse/json-lines.ts';
import { linesOf } from '../parse/lines.ts';
import { readSushStates, type SushState } from '../parse/sush-states.ts';

/** A job that was started, and what it came to on each sled that answered, by serial. */
export interface SushStart {
  readonly states: ReadonlyMap<string, SushState>;
  readonly jobId: string | null;
}

/** Reads what `sush -j job start -w` printed: a value a line. Null where no map of states is among them. */
export function readSushStart(stdout: string): SushStart | null {
  for (const line of linesOf(stdout).lines) {
    const states = readSushStates(readJson(line));
    if (states === null) continue;
    const jobId = [...states.values()].find((state) => state.jobId !== null)?.jobId ?? null;
    return { states, jobId };
  }
  return null;
}
