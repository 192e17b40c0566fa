import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import { asciiLine, printableError } from './foreign-text.ts';
import type { SshError } from './handshake-error.ts';
import type { HandshakeProgress } from './handshake-progress.ts';
import type { Identities } from './identities.ts';

/** Why a server refused the login, after it has proved its host key. */
export function authenticationError(
  login: Login,
  identities: Identities,
  progress: HandshakeProgress,
  error: SshError | null,
): FleetError {
  const who = `${login.user}@${hostPort(login)}`;
  const details = detailsOf(identities, progress);
  if (progress.partialSuccess) {
    const message = `${who} accepted a key and asks for more (${methodsOf(progress)}), which cruc-fleet cannot give; allow logins by a public key only`;
    return new FleetError('authentication', message);
  }
  if (progress.exhausted) return refusal(login, identities, progress);
  if (error === null || error.level === 'client-socket') {
    const message = `the connection to ${who} broke during authentication${details}; try again, and look into the log of its sshd`;
    return new FleetError('connection_lost', message, error === null ? {} : { cause: printableError(error) });
  }
  // Such as "Too many authentication failures", where sshd stops before we do.
  const message = `${who} ended the authentication; offered: ${offeredTo(progress)}${details}; name the right key first, or let only that one be offered (identities only)`;
  return new FleetError('authentication', message, { cause: printableError(error) });
}

/** Nothing is left to offer: by what was, and what the server takes. */
function refusal(login: Login, identities: Identities, progress: HandshakeProgress): FleetError {
  const who = `${login.user}@${hostPort(login)}`;
  const details = detailsOf(identities, progress);
  const offered = offeredTo(progress);
  const refused = (why: string): FleetError => new FleetError('authentication', `${who} ${why}`);
  if (progress.methodsLeft?.includes('publickey') === false) {
    const takes = methodsOf(progress) || 'nothing';
    return refused(
      `takes no public keys, only ${takes}; offered: ${offered}${details}; allow public keys in its sshd_config`,
    );
  }
  if (!login.auth.includes('publickey')) {
    return refused(
      `asks for a key; offered: ${offered}; the inventory allows only ${login.auth.join(' and ')}: name publickey under auth`,
    );
  }
  if (identities.offers.length > 0) {
    return refused(
      `refused every key; offered: ${offered}${details}; check that one of them is in authorized_keys of ${login.user} there`,
    );
  }
  const what = `no key can be offered to ${who}`;
  return identities.leftOut.length > 0
    ? new FleetError('key_unreadable', `${what}: ${identities.leftOut.join('; ')}`)
    : new FleetError('authentication', `${what}: ${identities.advice}`);
}

function detailsOf({ leftOut }: Identities, { notes }: HandshakeProgress): string {
  return [
    ...(leftOut.length === 0 ? [] : [`not offered: ${leftOut.join('; ')}`]),
    ...(notes.length === 0 ? [] : [`problems: ${notes.join('; ')}`]),
  ]
    .map((detail) => ` (${detail})`)
    .join('');
}

function offeredTo({ offered }: HandshakeProgress): string {
  return offered.join(', ') || 'none';
}

function methodsOf({ methodsLeft }: HandshakeProgress): string {
  return asciiLine((methodsLeft ?? []).join(', '));
}
