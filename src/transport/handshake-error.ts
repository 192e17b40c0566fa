import { FleetError } from '../model/error.ts';
import { asciiLine, printableError } from './foreign-text.ts';
import type { HandshakeProgress } from './handshake-progress.ts';
import type { Failure } from './socket.ts';

/** An error of ssh2's, with the part of it that met it. */
export type SshError = Error & { level?: string | undefined };

/**
 * Why a handshake failed before authentication. `turnedAway` is true if the server dropped the connection, as sshd
 * does beyond MaxStartups: then, and only then, it makes sense to try again. `heardHost` is true where an sshd had
 * spoken, `hasNoMatch` where the two sides share no algorithm of a kind.
 */
export function handshakeError(
  where: string,
  progress: HandshakeProgress,
  error: SshError | null,
): Omit<Failure, 'ok'> {
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
  if (unmatched !== undefined) {
    return { error: noMatch(where, unmatched, progress), turnedAway: false, hasNoMatch: true };
  }

  // It says goodbye with a reason (RFC 4253, section 11.1), and ssh2 gives that as a number.
  if (error !== null && 'code' in error && typeof error.code === 'number') {
    const message = `${where} ended the connection${serverName(progress)}, saying "${printableError(error).message}"; its log may tell more`;
    return { error: new FleetError('handshake', message), turnedAway: false };
  }
  const isDrop =
    error === null || error.level === 'client-socket' || error.message === 'Connection lost before handshake';
  const options = error === null ? undefined : { cause: printableError(error) };
  if (!isDrop) {
    const message = `the SSH handshake with ${where} failed${serverName(progress)}; check that an SSH server listens there`;
    return { error: new FleetError('handshake', message, options), turnedAway: false };
  }
  const what = said === '' ? '' : `, saying "${said}"`;
  const message = `${where} ${CLOSED_EARLY}${serverName(progress)}${what}${OVERLOADED}`;
  const heardHost = progress.software !== null || said.startsWith('Exceeded MaxStartups');
  return { error: new FleetError('handshake', message, options), turnedAway: true, heardHost };
}

const CLOSED_EARLY = 'closed the connection before the SSH handshake was done';
const OVERLOADED =
  '; it may be overloaded (MaxStartups) or no SSH server: try again, with fewer connections at a time';

/** What happened in an error of a server that closed the connection early, where another reason for it is known. */
export function withoutAdvice({ message }: FleetError): string {
  return message.endsWith(OVERLOADED) ? message.slice(0, -OVERLOADED.length) : message;
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
  const has = find('remote');
  const sha1 = has.split(', ').includes('ssh-rsa') ? '; ssh-rsa is RSA with SHA-1, which can be forged' : '';
  return new FleetError(
    'handshake',
    `${where} and cruc-fleet have no ${what} in common${serverName(progress)}; it has: ${has}; cruc-fleet has: ${find('local')}${sha1}; allow one of these in its sshd_config`,
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
      `${where} did not finish authentication within ${totalMs / 1000} s; try again, or give it more time to connect`,
    );
  }
  const seen =
    progress.software === null
      ? 'accepted the connection, but sent no SSH banner'
      : `sent its banner (${progress.software}), but did not finish the key exchange`;
  return new FleetError(
    'timeout',
    `${where} ${seen} within ${totalMs / 1000} s; its sshd may hang: try again, or look at its console`,
  );
}
