import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import { asciiLine, printableError } from './foreign-text.ts';
import type { HandshakeProgress } from './handshake-progress.ts';
import type { Identities } from './identities.ts';

/**
 * Why a handshake failed. `turnedAway` is true if the server dropped the connection before authentication, as
 * sshd does beyond MaxStartups: then, and only then, it makes sense to try again.
 */
export function handshakeError(
  login: Login,
  identities: Identities,
  progress: HandshakeProgress,
  error: (Error & { level?: string | undefined }) | null,
): { readonly error: FleetError; readonly turnedAway: boolean } {
  const where = hostPort(login);
  if (progress.negotiated) {
    return { error: authenticationError(login, identities, progress, error), turnedAway: false };
  }
  const said = progress.software === null ? firstLine(progress.greeting) : '';
  if (/not allowed at this time/i.test(said)) {
    return {
      error: new FleetError(
        'handshake',
        `${where} says "${said}": its sshd bans this address for a while after refused logins (PerSourcePenalties); wait some minutes, and check the keys before trying again`,
      ),
      turnedAway: false,
    };
  }
  const unmatched = /no matching (.+)$/i.exec(error?.message ?? '')?.[1];
  if (unmatched !== undefined) return { error: noMatch(where, unmatched, progress), turnedAway: false };

  const isDrop =
    error === null || error.level === 'client-socket' || error.message === 'Connection lost before handshake';
  const options = error === null ? undefined : { cause: printableError(error) };
  if (!isDrop) {
    const message = `the SSH handshake with ${where} failed${serverName(progress)}; check that an SSH server listens there`;
    return { error: new FleetError('handshake', message, options), turnedAway: false };
  }
  const what = said === '' ? '' : `, saying "${said}"`;
  const message = `${where} closed the connection before the SSH handshake was done${serverName(progress)}${what}; it may be overloaded (MaxStartups) or no SSH server: try again, with fewer connections at a time`;
  return { error: new FleetError('handshake', message, options), turnedAway: true };
}

function authenticationError(
  login: Login,
  identities: Identities,
  progress: HandshakeProgress,
  error: (Error & { level?: string | undefined }) | null,
): FleetError {
  const who = `${login.user}@${hostPort(login)}`;
  const details = [
    ...(identities.leftOut.length === 0 ? [] : [`not offered: ${identities.leftOut.join('; ')}`]),
    ...(progress.notes.length === 0 ? [] : [`problems: ${progress.notes.join('; ')}`]),
  ]
    .map((detail) => ` (${detail})`)
    .join('');
  const others = asciiLine((progress.methodsLeft ?? []).join(', '));
  if (progress.partialSuccess) {
    const message = `${who} accepted a key and asks for more (${others}), which cruc-fleet cannot give; allow public keys alone there`;
    return new FleetError('authentication', message);
  }
  const offered = progress.offered.join(', ') || 'none';
  if (progress.exhausted && progress.methodsLeft !== null && !progress.methodsLeft.includes('publickey')) {
    const message = `${who} takes no public keys, only ${others || 'nothing'}; offered: ${offered}${details}; allow public keys in its sshd_config`;
    return new FleetError('authentication', message);
  }
  if (progress.exhausted) {
    const message = `${who} refused every key; offered: ${offered}${details}; check that one of them is in authorized_keys of ${login.user} there`;
    return new FleetError('authentication', message);
  }
  if (error === null || error.level === 'client-socket') {
    const message = `the connection to ${who} broke during authentication${details}; try again, and look into the log of its sshd`;
    return new FleetError('connection_lost', message, error === null ? {} : { cause: printableError(error) });
  }
  // Such as "Too many authentication failures", where sshd stops before we do.
  const message = `${who} ended the authentication; offered: ${offered}${details}; name the right key first, or have it offered alone (identities only)`;
  return new FleetError('authentication', message, { cause: printableError(error) });
}

/** ssh2 has no post-quantum key exchange, so that a strict server may share no algorithm with it. */
function noMatch(where: string, what: string, progress: HandshakeProgress): FleetError {
  const find = (side: string): string => {
    const wanted = what.toLowerCase().replace('key exchange algorithm', 'kex method');
    for (const [name, list] of progress.lists) {
      if (name.toLowerCase() === `(${side}) ${wanted}`) return asciiLine(list.replaceAll(',', ', '));
    }
    return 'not known';
  };
  return new FleetError(
    'handshake',
    `${where} and cruc-fleet have no ${what} in common${serverName(progress)}; it has: ${find('remote')}; cruc-fleet has: ${find('local')}; allow one of these in its sshd_config`,
  );
}

function serverName(progress: HandshakeProgress): string {
  return progress.software === null ? '' : ` (server: ${progress.software})`;
}

function firstLine(text: string): string {
  return asciiLine(text.split(/\r?\n/, 1)[0] ?? '');
}

/** Why a handshake took too long: by how far it came. */
export function handshakeTimeout(where: string, totalMs: number, progress: HandshakeProgress): FleetError {
  if (progress.negotiated) {
    return new FleetError(
      'timeout',
      `${where} did not finish authentication within ${totalMs} ms; try again, or give it more time to connect`,
    );
  }
  const seen =
    progress.software === null
      ? 'accepted the connection, but sent no SSH banner'
      : `sent its banner (${progress.software}), but did not finish the key exchange`;
  return new FleetError(
    'timeout',
    `${where} ${seen} within ${totalMs} ms; its sshd may hang: try again, or look at its console`,
  );
}
