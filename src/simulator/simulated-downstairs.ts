/** What a downstairs client is doing, in today's words (`DsState` of Crucible's upstairs), snake_case. */
export type DownstairsState =
  | 'active'
  | 'new'
  | 'wait_quorum'
  | 'reconcile'
  | 'live_repair_ready'
  | 'live_repair'
  | 'faulted'
  | 'offline'
  | 'replacing'
  | 'replaced'
  | 'disabled'
  | 'deactivated'
  | 'negotiation_failed';

/** The states of an upstairs's three downstairs, client 0 to 2. */
export type States = readonly [DownstairsState, DownstairsState, DownstairsState];

/**
 * Which Crucible a sled runs, by how `up-status` writes `ds_state`:
 * `camel-2021` (Nov 2021 – May 2022), `snake` (as of mid-2024), `object-era` (as of Mar 2025), `today`.
 */
export type CrucibleVersion = 'today' | 'object-era' | 'snake' | 'camel-2021';

const CAMEL: Readonly<Record<DownstairsState, string>> = {
  active: 'Active',
  new: 'New',
  wait_quorum: 'WaitQuorum',
  reconcile: 'Reconcile',
  live_repair_ready: 'LiveRepairReady',
  live_repair: 'LiveRepair',
  faulted: 'Faulted',
  offline: 'Offline',
  replacing: 'Replacing',
  replaced: 'Replaced',
  disabled: 'Disabled',
  deactivated: 'Deactivated',
  negotiation_failed: 'NegotiationFailed',
};

/** The names that today's states had before 2023. */
const CAMEL_2021: Partial<Readonly<Record<DownstairsState, string>>> = {
  reconcile: 'Repair',
  faulted: 'Failed',
};

type Tagged = Readonly<Record<string, unknown>>;

const connecting = (state: string, mode: string): Tagged => ({
  type: 'connecting',
  value: { state: { type: state }, mode },
});

const OBJECT_ERA: Readonly<Record<DownstairsState, Tagged>> = {
  active: { type: 'active' },
  live_repair: { type: 'live_repair' },
  new: connecting('wait_connect', 'new'),
  wait_quorum: connecting('wait_quorum', 'new'),
  reconcile: connecting('reconcile', 'new'),
  live_repair_ready: connecting('live_repair_ready', 'faulted'),
  faulted: connecting('wait_connect', 'faulted'),
  offline: connecting('wait_connect', 'offline'),
  replaced: connecting('start', 'replaced'),
  replacing: { type: 'stopping', value: { type: 'replacing' } },
  disabled: { type: 'stopping', value: { type: 'disabled' } },
  deactivated: { type: 'stopping', value: { type: 'deactivated' } },
  negotiation_failed: {
    type: 'stopping',
    value: { type: 'negotiation_failed', value: { type: 'incompatible_settings' } },
  },
};

const ENCODINGS: Readonly<Record<CrucibleVersion, (state: DownstairsState) => string | Tagged>> = {
  today: (state) => CAMEL[state],
  'object-era': (state) => OBJECT_ERA[state],
  snake: (state) => state,
  'camel-2021': (state) => CAMEL_2021[state] ?? CAMEL[state],
};

/** One element of `ds_state` as that Crucible serialises it. */
export function encodeState(state: DownstairsState, version: CrucibleVersion): string | Tagged {
  return ENCODINGS[version](state);
}
