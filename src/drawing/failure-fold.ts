import { addressIn, addressPattern, type WrittenAddress } from '../model/address-pattern.ts';
import { describeError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import type { FailedOutcome } from '../model/report.ts';

/** Sleds that did not answer for one reason. */
export interface FailureFold {
  readonly outcomes: readonly FailedOutcome[];
  /** `connect, refused: its address refused the connection`; with the address where it is of one sled. */
  readonly reason: string;
}

/** `connect, refused: nothing listens at …`: the stage, the code for programs, and why. */
export function failureText(outcome: FailedOutcome): string {
  return printable(`${outcome.stage}, ${outcome.error.code}: ${describeError(outcome.error)}`);
}

/**
 * Failures that differ in the sleds' addresses alone, in the order of the first of each. Addresses of another family,
 * and other ports, are another reason: that is where a mistake may be. Ports that differ on one host (simulated sleds)
 * are what its sleds have in place of addresses.
 */
export function foldFailures(failures: readonly FailedOutcome[]): readonly FailureFold[] {
  const groups = new Map<string, { readonly reason: string; readonly outcomes: FailedOutcome[] }>();
  for (const outcome of failures) {
    const reason = reasonOf(outcome, portsMatter(failures));
    const group = groups.get(reason.key);
    if (group === undefined) groups.set(reason.key, { reason: reason.text, outcomes: [outcome] });
    else group.outcomes.push(outcome);
  }
  return [...groups.values()].map(({ reason, outcomes }) => {
    const [only, ...others] = outcomes;
    return { outcomes, reason: only !== undefined && others.length === 0 ? failureText(only) : reason };
  });
}

/** Whether the sleds have addresses, or share one and have ports. */
function portsMatter(failures: readonly FailedOutcome[]): boolean {
  const hosts = failures.map(({ address }) =>
    address === undefined ? '' : (addressIn(address)?.host ?? ''),
  );
  return new Set(hosts).size > 1;
}

function reasonOf(
  outcome: FailedOutcome,
  withPort: boolean,
): { readonly key: string; readonly text: string } {
  const text = failureText(outcome);
  const address = outcome.address === undefined ? null : addressIn(outcome.address);
  if (address === null) return { key: text, text };
  const port = withPort && address.port !== '22' ? `port ${address.port} of its address` : 'its address';
  const folded = text.replaceAll(addressPattern(address), port);
  // What does not say the address is the same, whatever it is.
  return { key: folded === text ? text : `${familyOf(address)} ${folded}`, text: folded };
}

function familyOf({ host }: WrittenAddress): string {
  if (host.startsWith('[')) return 'IPv6';
  return /^[\d.]+$/.test(host) ? 'IPv4' : 'name';
}
