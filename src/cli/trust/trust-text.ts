import { ageText } from '../../drawing/moment.ts';
import { wrapped } from '../../drawing/wrap.ts';
import { describeError } from '../../model/error.ts';
import { hostPort } from '../../model/host-port.ts';
import { printable } from '../../model/printable.ts';
import type { Target } from '../../model/target.ts';
import { momentOf, type KnownHost } from '../../trust/known-hosts.ts';
import { gatewayName } from '../../trust/host-name.ts';
import { keyText, placeOf } from '../../trust/verdict.ts';
import type { Examined } from './trust-look.ts';

/** A host whose key is new or has changed, with what speaks for it and against it. */
export interface Candidate extends Examined {
  readonly shown: NonNullable<Examined['shown']>;
  readonly state: 'new' | 'changed';
  /** Other hosts for whom the same key is kept, as our file names them. */
  readonly owners: readonly string[];
}

const INDENT = '        ';

/** A candidate as people judge it: a few lines of at most `width` characters, fingerprints whole. */
export function candidateText(candidate: Candidate, now: Date, width: number | null): string {
  const { shown, state, owners } = candidate;
  const was = state === 'new' ? 'its key is not known yet' : 'its key has changed';
  const old = shown.record.keys.map(
    (entry) => ['old', `${keyText(entry.key)}\n${INDENT}${storedText(entry)}`] as const,
  );
  const facts = [
    ...old,
    ['new', keyText(shown.key)] as const,
    ...waysText(candidate).map((text) => ['', text] as const),
    ...owners.map((name) => ['', `the same key is kept for ${name}: is this its address?`] as const),
    ['boot', bootText(candidate, now)] as const,
  ];
  const title = `${hostText(candidate.target)}: ${was}`;
  const lines = facts.flatMap(([name, text]) =>
    text.split('\n').flatMap((line, index) => {
      const start = index === 0 ? `  ${name.padEnd(INDENT.length - 2)}` : '';
      return wrapped(start + line, width, INDENT);
    }),
  );
  return `${[...wrapped(title, width, '  '), ...lines].map(printable).join('\n')}\n`;
}

/** `3/c14 (BRM42220036) at [fd00::1]:22`, or `gateway switch0:22`. */
export function hostText({ sled, login }: Target): string {
  if (sled.id === gatewayName(login)) return `gateway ${hostPort(login)}`;
  const serial = sled.serial === null || sled.serial === sled.name ? '' : ` (${sled.serial})`;
  return `${sled.id}${serial} at ${hostPort(login)}`;
}

function storedText({ stored, ...entry }: KnownHost): string {
  return stored === undefined
    ? `in ${placeOf(entry)}, since an unknown time`
    : `stored ${momentOf(stored.at)} (${stored.by})`;
}

/** Whether it shows different keys, so that at least one of them is not its own. */
export function hasOtherKey({ shown, ways }: Candidate): boolean {
  return ways.some(({ key }) => key !== null && !key.equals(shown.key));
}

/** The same key through both switches is hard to forge; another one through one of them is an alarm. */
function waysText({ shown, ways }: Candidate): readonly string[] {
  if (ways.length === 0) return [];
  const same = ways.filter(({ key }) => key?.equals(shown.key) === true).map(({ via }) => via);
  const others = ways.filter(({ key }) => key !== null && !key.equals(shown.key));
  const unseen = ways.filter(({ key }) => key === null);
  const all = ways.length === 2 ? 'both gateways' : `all ${ways.length} gateways`;
  return [
    same.length === ways.length
      ? `the same key through ${all} (${same.join(', ')}): stronger evidence that it is the sled's`
      : `seen through ${same.join(', ') || 'neither gateway a second time'}`,
    ...others.map(({ via, key }) => `ANOTHER KEY through ${via}: ${key === null ? '' : keyText(key)}`),
    ...unseen.map(({ via, problem }) => `not seen through ${via}: ${problem ?? 'no key was shown'}`),
  ];
}

function bootText({ shown, bootedAt, outcome, state }: Candidate, now: Date): string {
  if (bootedAt === null) {
    return `not read: ${outcome.status === 'failed' ? describeError(outcome.error) : 'its uptime was not told'}`;
  }
  const booted = `${momentOf(bootedAt)} by its own word, ${ageText(now.getTime() - bootedAt.getTime())} ago`;
  if (state === 'new') return booted;
  const times = shown.record.keys.flatMap(({ stored }) => (stored === undefined ? [] : [stored.at]));
  if (times.length === 0) return booted;
  const isSince = times.every((at) => bootedAt.getTime() > at.getTime());
  return isSince
    ? `${booted}: after the old key was stored, and sleds make new keys when they boot`
    : `${booted}: BEFORE the old key was stored, so a boot does not explain the new key`;
}
