import type { ServerHostKeyAlgorithm } from 'ssh2';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login } from '../model/target.ts';
import {
  type HostRecord,
  fingerprint,
  keyTypeOf,
  knownHostsLine,
  knownHostsName,
  lookUpHost,
} from './known-hosts.ts';
import { createKnownHostsFiles } from './known-hosts-files.ts';

/** What is to be done with the key that a server shows. */
export type HostKeyVerdict =
  | { readonly accepted: true; readonly isNew: boolean; readonly warnings: readonly string[] }
  | { readonly accepted: false; readonly error: FleetError };

/** The judge of one login's host key; the known_hosts files are already read. */
export interface HostKeyJudge {
  /** All algorithms that we take, those of known keys first. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  judge(key: Buffer): HostKeyVerdict;
  /** As `judge`, by the files as they are now. Rejects where one cannot be read. */
  judgeAnew(key: Buffer): Promise<HostKeyVerdict>;
  /**
   * Stores a key that `judge` called new. Returns warnings (that it was, or why it could not be); rejects with
   * `host_key_changed` if another connection stored a different key meanwhile.
   */
  remember(key: Buffer): Promise<readonly string[]>;
}

/** What the known_hosts files say of the hosts of a run. */
export interface HostKeys {
  /** `via` is the gateway of the login, for the advice in messages. */
  judgeFor(login: Login, via: Gateway | null): Promise<HostKeyJudge>;
}

// ssh2's own list, which it orders by speed, without ssh-rsa: RSA with SHA-1.
const ALL_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** `elapsed` is any monotonic clock, in milliseconds. */
export function createHostKeys(elapsed: () => number): HostKeys {
  const files = createKnownHostsFiles(elapsed);

  async function recordOf(login: Login): Promise<HostRecord> {
    return lookUpHost(await Promise.all(login.knownHostsFiles.map((file) => files.read(file))), login);
  }

  async function store(login: Login, via: Gateway | null, key: Buffer): Promise<readonly string[]> {
    const file = storeOf(login);
    if (file === null) {
      return [`the host key of ${hostPort(login)} was accepted but not stored: no known_hosts file is named`];
    }
    return files.afterOthers(file, async () => {
      files.recheck();
      const verdict = judgeKey(login, via, await recordOf(login), key);
      if (!verdict.accepted) throw verdict.error;
      if (!verdict.isNew) return verdict.warnings;
      try {
        await files.append(file, knownHostsLine(login, key));
        // Without an address and a fingerprint, so that a rack that is met for the first time is one warning.
        return [
          `its host key was not known, and is stored in ${file} now (accept-new); ssh-keygen -l -f ${quoted(file)} shows it`,
        ];
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [
          `the host key of ${hostPort(login)} (${fingerprint(key)}) was accepted but not stored: ${reason}`,
        ];
      }
    });
  }

  return {
    async judgeFor(login, via) {
      // With `off` the files only make the warning more exact, so that an unreadable one does no harm.
      const record = await recordOf(login).catch((error: unknown) => {
        if (login.hostKeyPolicy === 'off') return lookUpHost([], login);
        throw error;
      });
      return {
        algorithms: algorithmsFor(record),
        judge: (key) => judgeKey(login, via, record, key),
        judgeAnew: async (key) => {
          files.recheck();
          return judgeKey(login, via, await recordOf(login), key);
        },
        remember: (key) => store(login, via, key),
      };
    },
  };
}

/**
 * The types of known keys go first: else a server with several keys shows one that we do not have, which looks
 * like a change. An ssh-rsa key is used by three signature algorithms.
 */
function algorithmsFor(record: HostRecord): ServerHostKeyAlgorithm[] {
  const types = new Set([...record.keys, ...record.withoutPort].map((entry) => entry.keyType));
  const isKnown = (algorithm: string): boolean =>
    types.has(algorithm) || (algorithm.startsWith('rsa-') && types.has('ssh-rsa'));
  return [
    ...ALL_ALGORITHMS.filter((algorithm) => isKnown(algorithm)),
    ...ALL_ALGORITHMS.filter((algorithm) => !isKnown(algorithm)),
  ];
}

function judgeKey(login: Login, via: Gateway | null, record: HostRecord, key: Buffer): HostKeyVerdict {
  const where = hostPort(login);
  const shown = `${keyTypeOf(key) ?? 'unknown type'} ${fingerprint(key)}`;
  const same = (entry: { readonly key: Buffer }): boolean => entry.key.equals(key);
  const revoked = record.revoked.find(same);
  const isKnown = revoked === undefined && [...record.keys, ...record.withoutPort].some(same);

  if (login.hostKeyPolicy === 'off') {
    const doubt =
      revoked !== undefined ? ' and is revoked' : record.keys.length > 0 ? ' and has changed' : '';
    const warning = `the host key of ${where} (${shown}) was not verified${doubt}: its host key policy is off`;
    return { accepted: true, isNew: false, warnings: isKnown ? [] : [warning] };
  }
  if (revoked !== undefined) {
    const message = `${where} shows the host key ${shown}, which ${revoked.file} line ${revoked.line} revokes; do not connect until its owner has made a new key`;
    return { accepted: false, error: new FleetError('host_key_revoked', message) };
  }
  if (isKnown) return { accepted: true, isNew: false, warnings: [] };

  // A key of a type that was never stored is a change too: an attacker chooses which type to show.
  const stored = record.keys.find((entry) => entry.keyType === keyTypeOf(key)) ?? record.keys[0];
  if (stored !== undefined) {
    const old = `${stored.keyType} ${fingerprint(stored.key)}`;
    const remove = `ssh-keygen -R ${quoted(knownHostsName(login), true)} -f ${quoted(stored.file)}`;
    const message = `the host key of ${where} has changed: it shows ${shown}, and ${stored.file} line ${stored.line} has ${old}; if the sled was rebooted or replaced, forget the old key with: ${remove}`;
    return { accepted: false, error: new FleetError('host_key_changed', message) };
  }
  if (login.hostKeyPolicy === 'accept-new') return { accepted: true, isNew: true, warnings: [] };
  const message = `the host key of ${where} is not known: ${shown}; ${acceptAdvice(login, via, record)}`;
  return { accepted: false, error: new FleetError('host_key_unknown', message) };
}

function acceptAdvice(login: Login, via: Gateway | null, record: HostRecord): string {
  const authority = record.authorities[0];
  const note =
    authority === undefined
      ? ''
      : ` (${authority.file} line ${authority.line} names a certificate authority, and host certificates cannot be used here)`;
  const file = storeOf(login);
  if (file === null) return `name a known_hosts file for it${note}`;
  const compare = "compare the fingerprint with the host's own, then accept it";
  // Only that command leads there; what ssh-keyscan prints has no alias.
  if (login.hostKeyAlias !== null || login.proxyCommand !== null || (via !== null && via.command !== null)) {
    return `${compare} by running once with --host-key accept-new${note}`;
  }
  // Behind a gateway only the gateway can reach the host to ask it.
  const hop = via === null ? '' : `ssh -p ${via.port} ${quoted(`${via.user}@${via.host}`)} `;
  const scan = `${hop}ssh-keyscan -p ${login.port} ${quoted(login.host)} >> ${quoted(file)}`;
  return `${compare} with: ${scan}${note}`;
}

/** Where a new key is stored; null where nothing is kept. */
function storeOf({ knownHostsFiles: [first] }: Login): string | null {
  return first === undefined || first === '/dev/null' ? null : first;
}

/** For a shell; words that need no quotes stay as they are. */
function quoted(word: string, always = false): string {
  return !always && /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
