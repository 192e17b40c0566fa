import type { FleetError } from '../model/error.ts';
import type { Login } from '../model/target.ts';
import type { WaySeen, WayStep } from '../model/trail.ts';
import { asciiLine } from './foreign-text.ts';
import type { HandshakeProgress } from './handshake-progress.ts';
import type { Identities } from './identities.ts';
import { fingerprint, keyTypeOf } from '../trust/known-hosts.ts';

/** How a handshake ended; null: well. */
export interface HandshakeEnd {
  readonly login: Login;
  readonly identities: Identities;
  readonly error: FleetError | null;
}

/** The steps of a handshake that has ended, as far as it came: of those that failed only the last. */
export function handshakeSteps(progress: HandshakeProgress, end: HandshakeEnd): readonly WaySeen[] {
  const { at, elapsed } = progress;
  const nowMs = elapsed();
  const steps: WaySeen[] = [];
  let fromMs = at.start;
  /** True where the step is over and well. */
  const pass = (step: WayStep, atMs: number | null, seen: Pick<WaySeen, 'result' | 'said' | 'details'>) => {
    const isOver = atMs !== null;
    const ms = (atMs ?? nowMs) - fromMs;
    if (isOver) {
      steps.push({ step, ms, ...seen });
      fromMs = atMs;
    } else if (end.error !== null) {
      const isNotTried = end.error.code === 'not_tried';
      const details = seen.details === undefined ? {} : { details: seen.details };
      steps.push({
        step,
        ms: isNotTried ? null : ms,
        result: isNotTried ? 'not_tried' : 'failed',
        said: '',
        ...details,
        error: end.error,
      });
    }
    return isOver;
  };
  const isWell =
    pass('banner', at.banner, { result: 'ok', said: asciiLine(progress.software ?? '') }) &&
    pass('key_exchange', at.hostKey, exchangeSeen(progress)) &&
    pass('host_key', at.negotiated, hostKeySeen(progress));
  if (isWell) pass('authentication', end.error === null ? nowMs : null, loginSeen(progress, end));
  return steps;
}

/** The lists that may have nothing in common, as ssh2 calls them and as people do. */
const LISTS = [
  ['KEX method', 'key exchange'],
  ['Host key format', 'host key'],
  ['C->S cipher', 'cipher'],
  ['C->S MAC', 'MAC'],
] as const;

function exchangeSeen({ agreed, lists }: HandshakeProgress): Pick<WaySeen, 'result' | 'said' | 'details'> {
  const both = LISTS.flatMap(([name, title]) => {
    const [ours, theirs] = [lists.get(`(local) ${name}`), lists.get(`(remote) ${name}`)];
    return ours === undefined || theirs === undefined
      ? []
      : [`${title}: ours ${asciiLine(ours)}, the server's ${asciiLine(theirs)}`];
  }).join('; ');
  const said = agreed === '' ? 'agreed on the algorithms' : asciiLine(agreed);
  return { result: 'ok', said, ...(both === '' ? {} : { details: both }) };
}

/** Without the fingerprint in what is said: it is another on each host. */
function hostKeySeen({ hostKey, verdict }: HandshakeProgress): Pick<WaySeen, 'result' | 'said' | 'details'> {
  const details =
    hostKey === null ? {} : { details: `${keyTypeOf(hostKey) ?? 'unknown type'} ${fingerprint(hostKey)}` };
  if (verdict?.accepted !== true) return { result: 'ok', said: '', ...details };
  if (verdict.isChanged) return { result: 'notice', said: 'has changed, and was not refused', ...details };
  if (verdict.isNew)
    return { result: 'notice', said: 'not known before, and taken (accept-new)', ...details };
  if (verdict.warnings.length > 0) return { result: 'notice', said: 'not verified', ...details };
  return { result: 'ok', said: 'known', ...details };
}

/** Who was let in and by what; the details say what was offered, what was refused, and what the server takes. */
function loginSeen(
  { offered, isOfNone, methodsLeft, notes }: HandshakeProgress,
  { login, identities, error }: HandshakeEnd,
): Pick<WaySeen, 'result' | 'said' | 'details'> {
  const tried = ['none', ...offered];
  const refused = error === null && !isOfNone ? tried.slice(0, -1) : error === null ? [] : tried;
  const details = [
    `offered: ${tried.join(', ')}`,
    ...(refused.length === 0 ? [] : [`refused: ${refused.join(', ')}`]),
    ...(methodsLeft === null ? [] : [`the server takes: ${asciiLine(methodsLeft.join(', ')) || 'nothing'}`]),
    ...(identities.leftOut.length === 0 ? [] : [`not offered: ${identities.leftOut.join('; ')}`]),
    ...(notes.length === 0 ? [] : [`problems: ${notes.map(asciiLine).join('; ')}`]),
  ].join('; ');
  if (!isOfNone) return { result: 'ok', said: `${login.user}, by ${offered.at(-1) ?? 'nothing'}`, details };
  return login.auth.includes('none')
    ? { result: 'ok', said: `${login.user}, by none, as the inventory names it`, details }
    : { result: 'notice', said: `by none: whoever reaches it is ${login.user} there`, details };
}
