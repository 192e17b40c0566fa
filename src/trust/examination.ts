import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import type { HostName } from './host-name.ts';
import type { HostKeyJudge, HostKeys, HostKeyStore } from './host-keys.ts';
import type { HostRecord } from './known-hosts.ts';
import { revokedError } from './verdict.ts';

/** A key that a host has proved to have, and what was known of it. */
export interface ShownKey {
  readonly key: Buffer;
  readonly record: HostRecord;
}

/** What the examined hosts showed, by name, in one look at them. */
export type Look = ReadonlyMap<string, ShownKey>;

/** How far a login of an examined host goes: until its key is proved, or on until it is logged in. */
export type Depth = 'key' | 'login';

/** Judges that take any key of the hosts that are examined, but for a revoked one, and note it; nothing is stored. */
export interface Examination {
  readonly hostKeys: HostKeys;
  /** What logins show from now on goes into a look of its own. */
  begin(depth: Depth): Look;
}

/** Other hosts, such as the gateways on the way, are judged as ever. */
export function createExamination(store: HostKeyStore, names: ReadonlySet<string>): Examination {
  let current: { readonly depth: Depth; readonly look: Map<string, ShownKey> } = {
    depth: 'login',
    look: new Map(),
  };

  async function examine(login: Login, host: HostName): Promise<HostKeyJudge> {
    const { depth, look } = current;
    const record = await store.recordOf(login, host);
    const { algorithms } = await store.judgeFor(login, host);
    const judge: HostKeyJudge['judge'] = (key) => {
      const revoked = record.revoked.find((entry) => entry.key.equals(key));
      if (revoked !== undefined) return { accepted: false, error: revokedError(hostPort(login), revoked) };
      const isChanged = record.keys.length > 0 && !isKnown(record, key);
      return { accepted: true, isNew: false, isChanged, warnings: [] };
    };
    return {
      algorithms,
      judge,
      judgeAnew: async (key) => judge(key),
      remember: async () => [],
      onProved(key) {
        look.set(host.name, { key, record });
        return depth === 'login'
          ? null
          : new FleetError('not_tried', `${hostPort(login)} was only asked for its key`);
      },
    };
  }

  return {
    hostKeys: {
      judgeFor: (login, host) => (names.has(host.name) ? examine(login, host) : store.judgeFor(login, host)),
    },
    begin(depth) {
      current = { depth, look: new Map() };
      return current.look;
    },
  };
}

/** Whether a key is one that the record takes. */
export function isKnown({ keys, withoutPort }: HostRecord, key: Buffer): boolean {
  return [...keys, ...withoutPort].some((entry) => entry.key.equals(key));
}

/**
 * What a key is to us: `kept` in our file for this host; `known` by its address from a known_hosts file alone;
 * `new`, where no key of the host is known; `changed`, where another one is.
 */
export type KeyState = 'kept' | 'known' | 'new' | 'changed';

/** `file` is ours. */
export function keyState({ key, record }: ShownKey, file: string): KeyState {
  if (!isKnown(record, key)) return record.keys.length > 0 ? 'changed' : 'new';
  return record.keys.some((entry) => entry.file === file && entry.key.equals(key)) ? 'kept' : 'known';
}
