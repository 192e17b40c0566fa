import type { FleetError } from '../model/error.ts';
import { describeError } from '../model/error.ts';
import type { StepResult } from '../model/trail.ts';
import type { StepName } from './steps.ts';

/** What came of one step on one sled. */
export interface StepAnswer {
  readonly step: StepName;
  readonly result: StepResult;
  /** Null where it took no time of its own, or that is not known. */
  readonly ms: number | null;
  /** The same for sleds that do not differ. */
  readonly said: string;
  /** What is this sled's alone, or long. */
  readonly details: string | null;
  /** What to do; null where nothing is to be done, or the step's own remedy is meant. */
  readonly remedy: string | null;
}

/** How a clause begins that says what to do; what was printed on a sled may be the last clause too. */
const ADVICE =
  /^(?:allow|ask|check|compare|convert|do not|give|have|if|it may|its|look|log|make|move|name|protect|put|raise|read|run|try|use|wait) /;

/** What an error says happened, and what it says to do: by habit, the last clause of its message. */
export function errorText(error: FleetError): { readonly said: string; readonly remedy: string | null } {
  const cut = error.message.lastIndexOf('; ');
  const last = cut < 0 ? '' : error.message.slice(cut + 2);
  const [what, remedy] = ADVICE.test(last) ? [error.message.slice(0, cut), last] : [error.message, null];
  const cause = error.cause === undefined ? '' : describeError(error.cause);
  return { said: cause === '' || what.includes(cause) ? what : `${what}: ${cause}`, remedy };
}
