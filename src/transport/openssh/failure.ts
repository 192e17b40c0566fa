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

/**
 * Whether ssh says, and says nothing else, that the server hung up before its first word, as sshd does beyond MaxStartups:
 * no login had begun, so that it may be tried again. What it says of later ends does not tell whether one had.
 */
export function wasTurnedAway(words: string): boolean {
  const lines = linesIn(words);
  return lines.some((line) => TURNED_AWAY.test(line)) && lines.every((line) => HANGING_UP.test(line));
}

const TURNED_AWAY = /^(?:kex|ssh)_exchange_identification: (?:read: )?Connection (?:closed|reset) by /;
const HANGING_UP = /^(?:(?:kex|ssh)_exchange_identification: (?:read: )?)?Connection (?:closed|reset) by /;

/** Its words on one line. */
export function saidIn(words: string): string {
  const text = [...new Set(linesIn(words))].join('; ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

function linesIn(words: string): readonly string[] {
  return words
    .split(/\r?\n/)
    .map((line) => printable(line.trim()))
    .filter((line) => line !== '' && !NOISE.test(line));
}
