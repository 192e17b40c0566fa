import { describeError, FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import type { HostName } from './host-name.ts';
import { keptFor, namesOfKey, type KeptKeys } from './kept-keys.ts';
import { createKeptKeysFiles, type KeptKeysFiles } from './kept-keys-files.ts';
import {
  fingerprint,
  type HostRecord,
  type KnownHost,
  lookUpHost,
  lookUpRevoked,
  parseKnownHosts,
} from './known-hosts.ts';
import { algorithmsFor, judgeKey, type HostKeyAlgorithm, type HostKeyVerdict, keyText } from './verdict.ts';
import { createWatchedFiles } from './watched-files.ts';

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
    return [
      // The end is each host's own; the rest is one warning of a rack that is met for the first time.
      `its host key was not known, and is kept in ${file} now (accept-new): ${keyText(key)}`,
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
