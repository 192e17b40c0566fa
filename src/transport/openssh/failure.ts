import { FleetError, type ErrorCode } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';

/** What ssh's words mean, the first that fits: https://man.openbsd.org/ssh says none of this, its messages do. */
const MEANINGS: readonly (readonly [words: RegExp, code: ErrorCode])[] = [
  [/REVOKED HOST KEY/, 'host_key_revoked'],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/, 'host_key_changed'],
  [/host key is known for|Host key verification failed/, 'host_key_unknown'],
  [/administratively prohibited/, 'forwarding_refused'],
  [/Permission denied|Too many authentication failures/, 'authentication'],
  [/Could not resolve hostname|Name or service not known/, 'name_not_found'],
  [/Connection refused/, 'refused'],
  [/No route to host|Network is unreachable|Host is unreachable/, 'unreachable'],
  [/timed out|Timeout, server|not responding/, 'timeout'],
  [/Unable to negotiate|no matching/, 'handshake'],
  [/\bssh: (?:command )?not found/, 'pipe'],
];

/** Lines that tell nothing of a cause. */
const NOISE =
  /^(?:@+|@ .* @|\*\* .*|Warning: Permanently added .*|It is also possible .*|Someone could .*|IT IS POSSIBLE .*|Add correct host key .*|Offending .* key in .*|\s*remove with:|\s*ssh-keygen -f .*|Please contact .*|The fingerprint for .*|Killed by signal .*)$/;

const LONGEST = 400;

/** What ssh says of a connection that did not come about, or that went. */
export function sshFailure(what: string, words: string, otherwise: ErrorCode): FleetError {
  const code = MEANINGS.find(([pattern]) => pattern.test(words))?.[1] ?? otherwise;
  if (code === 'pipe') {
    return new FleetError(
      'pipe',
      `${what}: there is no ssh here; --transport openssh needs OpenSSH's client`,
    );
  }
  const said = saidIn(words);
  return new FleetError(code, `${what}: ssh says: ${said === '' ? 'nothing' : said}`);
}

/** Its words on one line. */
export function saidIn(words: string): string {
  const lines = words
    .split(/\r?\n/)
    .map((line) => printable(line.trim()))
    .filter((line) => line !== '' && !NOISE.test(line));
  const text = [...new Set(lines)].join('; ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
