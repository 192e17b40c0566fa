import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import type { HostName } from './host-name.ts';
import { fingerprint, type HostRecord, keyTypeOf, type KnownHost, momentOf } from './known-hosts.ts';

/** What is to be done with the key that a server shows. */
export type HostKeyVerdict =
  | {
      readonly accepted: true;
      readonly isNew: boolean;
      /** Another key is known: the host may have rebooted, and may have forgotten whom to let in. */
      readonly isChanged: boolean;
      readonly warnings: readonly string[];
    }
  | { readonly accepted: false; readonly error: FleetError };

export type HostKeyAlgorithm = (typeof ALL_ALGORITHMS)[number];

// ssh2's own list, which it orders by speed, without ssh-rsa: RSA with SHA-1.
const ALL_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/**
 * The types of known keys go first: else a server with several keys shows one that we do not have, which looks
 * like a change. An ssh-rsa key is used by three signature algorithms.
 */
export function algorithmsFor(record: HostRecord): HostKeyAlgorithm[] {
  const types = new Set([...record.keys, ...record.withoutPort].map((entry) => entry.keyType));
  const isKnown = (algorithm: string): boolean =>
    types.has(algorithm) || (algorithm.startsWith('rsa-') && types.has('ssh-rsa'));
  return [
    ...ALL_ALGORITHMS.filter((algorithm) => isKnown(algorithm)),
    ...ALL_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ];
}

/** What a login's policy makes of a key, by what is known of the host. `owners` are those that have the key. */
export function judgeKey(
  login: Login,
  host: HostName,
  record: HostRecord,
  key: Buffer,
  owners: readonly string[] = [],
): HostKeyVerdict {
  const same = (entry: { readonly key: Buffer }): boolean => entry.key.equals(key);
  const revoked = record.revoked.find(same);
  const isKnown = revoked === undefined && [...record.keys, ...record.withoutPort].some(same);
  // Whatever the policy is; a run sees hardly any other key.
  if (isKnown) return { accepted: true, isNew: false, isChanged: false, warnings: [] };

  const where = hostPort(login);
  const shown = keyText(key);
  const isChanged = record.keys.length > 0;
  if (login.hostKeyPolicy === 'off') {
    const doubt = revoked !== undefined ? ' and is revoked' : isChanged ? ' and has changed' : '';
    const warning = `the host key of ${where} (${shown}) was not verified${doubt}: its host key policy is off`;
    return { accepted: true, isNew: false, isChanged, warnings: [warning] };
  }
  if (revoked !== undefined) return { accepted: false, error: revokedError(where, revoked) };

  // A key of a type that was never stored is a change too: an attacker chooses which type to show.
  const whose =
    owners.length === 0 ? '' : `, the key that is kept for ${owners.join(', ')} (is this its address?)`;
  const stored = record.keys.find((entry) => entry.keyType === keyTypeOf(key)) ?? record.keys[0];
  if (stored !== undefined) {
    const message = `the host key of ${where} has changed: it shows ${shown}${whose}, and ${placeOf(stored)} has ${keyText(stored.key)}${sinceWhen(stored)}; sleds and switch zones make new keys when they boot; look at this one, and trust it, with: ${host.remedy}`;
    return { accepted: false, error: new FleetError('host_key_changed', message) };
  }
  if (login.hostKeyPolicy === 'accept-new') {
    return { accepted: true, isNew: true, isChanged: false, warnings: [] };
  }
  const message = `the host key of ${where} is not known: ${shown}${whose}; compare it with the host's own, and trust it with: ${host.remedy}${authorityNote(record)}`;
  return { accepted: false, error: new FleetError('host_key_unknown', message) };
}

/** The error of a host that shows a key that somebody has revoked. */
export function revokedError(where: string, revoked: KnownHost): FleetError {
  const message = `${where} shows the host key ${keyText(revoked.key)}, which ${placeOf(revoked)} revokes; do not connect until its owner has made a new key`;
  return new FleetError('host_key_revoked', message);
}

/** `ssh-ed25519 SHA256:…` */
export function keyText(key: Buffer): string {
  return `${keyTypeOf(key) ?? 'unknown type'} ${fingerprint(key)}`;
}

/** `/home/ada/.ssh/known_hosts line 3` */
export function placeOf({ file, line }: KnownHost): string {
  return `${file} line ${line}`;
}

function sinceWhen({ stored }: KnownHost): string {
  return stored === undefined ? '' : `, stored ${momentOf(stored.at)} (${stored.by})`;
}

function authorityNote({ authorities: [authority] }: HostRecord): string {
  if (authority === undefined) return '';
  return ` (${placeOf(authority)} names a certificate authority, and host certificates cannot be used here)`;
}
