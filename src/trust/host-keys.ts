import { describeError, FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Login } from '../model/target.ts';
import type { HostName } from './host-name.ts';
import { keptFor, namesOfKey, type KeptKeys } from './kept-keys.ts';
import { createKeptKeysFiles, type KeptKeysFiles } from './kept-keys-files.ts';
import {
  fingerprint,
  type HostRecord,
  keyTypeOf,
  type KnownHost,
  lookUpHost,
  lookUpRevoked,
  momentOf,
  parseKnownHosts,
} from './known-hosts.ts';
import { createWatchedFiles } from './watched-files.ts';

/** What is to be done with the key that a server shows. */
export type HostKeyVerdict =
  | {
      readonly accepted: true;
      readonly isNew: boolean;
      /** Another key is known: the host was booted anew perhaps, and has forgotten whom to let in. */
      readonly isChanged: boolean;
      readonly warnings: readonly string[];
    }
  | { readonly accepted: false; readonly error: FleetError };

/** The judge of one login's host key; what is known of the host is already read. */
export interface HostKeyJudge {
  /** All algorithms that we take, those of known keys first. */
  readonly algorithms: HostKeyAlgorithm[];
  judge(key: Buffer): HostKeyVerdict;
  /** As `judge`, by the files as they are now. Rejects where one cannot be read. */
  judgeAnew(key: Buffer): Promise<HostKeyVerdict>;
  /**
   * Stores a key that `judge` called new. Returns warnings (that it was, or why it could not be); rejects with
   * `host_key_changed` if another connection stored a different key meanwhile.
   */
  remember(key: Buffer): Promise<readonly string[]>;
  /** Hears of a key that was accepted, once the server has proved that it has it. An error ends the login there. */
  readonly onProved?: (key: Buffer) => FleetError | null;
}

/** What is known of the keys of a run's hosts. */
export interface HostKeys {
  judgeFor(login: Login, host: HostName): Promise<HostKeyJudge>;
}

/** As `HostKeys`, for those who look at what is known themselves, and change it. */
export interface HostKeyStore extends HostKeys {
  /** Rejects with `host_key_unknown` where a file cannot be read. */
  recordOf(login: Login, host: HostName): Promise<HostRecord>;
  /** The names for which our file of the login keeps the key. */
  ownersOf(login: Login, key: Buffer): Promise<readonly string[]>;
  /**
   * Keeps a key in place of `old`, which is all that our file had. Rejects with `state` where the file cannot be
   * written, or has something else by now.
   */
  replace(login: Login, host: HostName, change: KeyChange): Promise<void>;
}

export interface KeyChange {
  readonly key: Buffer;
  readonly old: readonly KnownHost[];
  /** How it came to be trusted, a word. */
  readonly by: string;
}

export interface HostKeysOptions {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  readonly now: () => Date;
  readonly random: () => number;
}

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

/** By our own files of keys, and by known_hosts files, which are read and never written. */
export function createHostKeys(options: HostKeysOptions): HostKeyStore {
  const { elapsed, now, random } = options;
  const knownHosts = createWatchedFiles(parseKnownHosts, elapsed);
  const kept = createKeptKeysFiles(elapsed, random);
  const readKnownHosts = (login: Login) =>
    Promise.all(login.knownHostsFiles.map((file) => knownHosts.read(file)));

  async function recordOf(login: Login, host: HostName): Promise<HostRecord> {
    const [ours, files] = await Promise.all([kept.read(login.hostKeysFile), readKnownHosts(login)]);
    return recordIn(ours, files, login, host);
  }

  return {
    recordOf,
    async judgeFor(login, host) {
      // With `off` the files only make the warning more exact, so that an unreadable one does no harm.
      const record = await recordOf(login, host).catch((error: unknown) => {
        if (login.hostKeyPolicy === 'off') return lookUpHost([], login);
        throw error;
      });
      return {
        algorithms: algorithmsFor(record),
        judge: (key) => judgeKey(login, host, record, key),
        async judgeAnew(key) {
          knownHosts.recheck();
          kept.recheck();
          const owners = namesOfKey(await kept.read(login.hostKeysFile), key);
          return judgeKey(login, host, await recordOf(login, host), key, owners);
        },
        async remember(key) {
          const verdict = judgeKey(login, host, await recordOf(login, host), key);
          if (!verdict.accepted) throw verdict.error;
          if (!verdict.isNew) return verdict.warnings;
          return await acceptNew(kept, login, host, { key, at: now() });
        },
      };
    },
    async ownersOf(login, key) {
      return namesOfKey(await kept.read(login.hostKeysFile), key);
    },
    async replace(login, host, { key, old, by }) {
      const entry = { name: host.name, key, at: now(), by, shownAt: hostPort(login) };
      const file = login.hostKeysFile;
      await kept.keep(file, entry, (found) => {
        const isAsItWas = ofKeys(found).every((each) => old.some((other) => other.key.equals(each.key)));
        if (isAsItWas && !found.some((each) => each.kind === 'revoked' && each.key.equals(key))) return true;
        throw new FleetError('state', `${file} was changed for ${host.name} meanwhile; run it again`);
      });
    },
  };
}

/** Our file wins for a host that it names. A key that is revoked anywhere is revoked. */
function recordIn(
  ours: KeptKeys,
  files: Parameters<typeof lookUpHost>[0],
  login: Login,
  { name }: HostName,
): HostRecord {
  const kept = keptFor(ours, name);
  const revoked = kept.filter((entry) => entry.kind === 'revoked');
  const keys = ofKeys(kept);
  if (keys.length > 0) {
    return {
      keys,
      revoked: [...revoked, ...lookUpRevoked(files, login)],
      authorities: [],
      withoutPort: [],
    };
  }
  const known = lookUpHost(files, login);
  return { ...known, revoked: [...revoked, ...known.revoked] };
}

function ofKeys(entries: readonly KnownHost[]): readonly KnownHost[] {
  return entries.filter((entry) => entry.kind === 'key');
}

/** Stores a key of a host that was not known, as `accept-new` says, and says so. */
async function acceptNew(
  kept: KeptKeysFiles,
  login: Login,
  host: HostName,
  { key, at }: { readonly key: Buffer; readonly at: Date },
): Promise<readonly string[]> {
  const file = login.hostKeysFile;
  const entry = { name: host.name, key, at, by: 'accept-new', shownAt: hostPort(login) };
  try {
    await kept.keep(file, entry, (found) => {
      const keys = ofKeys(found);
      if (keys.length === 0) return true;
      const verdict = judgeKey(login, host, { ...NOTHING, keys }, key);
      if (!verdict.accepted) throw verdict.error;
      return false;
    });
    // Without an address and a fingerprint, so that a rack that is met for the first time is one warning.
    return [
      `its host key was not known, and is kept in ${file} now (accept-new); ssh-keygen -l -f ${shellWord(file)} shows it`,
    ];
  } catch (error) {
    if (error instanceof FleetError && error.code === 'host_key_changed') throw error;
    const reason = describeError(error);
    return [
      `the host key of ${hostPort(login)} (${fingerprint(key)}) was accepted but not stored: ${reason}`,
    ];
  }
}

const NOTHING: HostRecord = { keys: [], revoked: [], authorities: [], withoutPort: [] };

/**
 * The types of known keys go first: else a server with several keys shows one that we do not have, which looks
 * like a change. An ssh-rsa key is used by three signature algorithms.
 */
function algorithmsFor(record: HostRecord): HostKeyAlgorithm[] {
  const types = new Set([...record.keys, ...record.withoutPort].map((entry) => entry.keyType));
  const isKnown = (algorithm: string): boolean =>
    types.has(algorithm) || (algorithm.startsWith('rsa-') && types.has('ssh-rsa'));
  return [
    ...ALL_ALGORITHMS.filter((algorithm) => isKnown(algorithm)),
    ...ALL_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ];
}

/** What a login's policy makes of a key, by what is known of the host. `owners` are those that have the key. */
function judgeKey(
  login: Login,
  host: HostName,
  record: HostRecord,
  key: Buffer,
  owners: readonly string[] = [],
): HostKeyVerdict {
  const where = hostPort(login);
  const shown = keyText(key);
  const same = (entry: { readonly key: Buffer }): boolean => entry.key.equals(key);
  const revoked = record.revoked.find(same);
  const isKnown = revoked === undefined && [...record.keys, ...record.withoutPort].some(same);
  const isChanged = !isKnown && record.keys.length > 0;

  if (login.hostKeyPolicy === 'off') {
    const doubt = revoked !== undefined ? ' and is revoked' : isChanged ? ' and has changed' : '';
    const warning = `the host key of ${where} (${shown}) was not verified${doubt}: its host key policy is off`;
    return { accepted: true, isNew: false, isChanged, warnings: isKnown ? [] : [warning] };
  }
  if (revoked !== undefined) return { accepted: false, error: revokedError(where, revoked) };
  if (isKnown) return { accepted: true, isNew: false, isChanged: false, warnings: [] };

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
