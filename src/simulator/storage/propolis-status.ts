import type { DownstairsState } from '../simulated-downstairs.ts';
import type { SimulatedStorageSled, Storage } from './storage.ts';

type Tagged = Readonly<Record<string, string>>;

const connecting = (state: string, mode: string): Tagged => ({ type: 'connecting', state, mode });

/** States as the HTTP server of a VM writes them, which is not as `up-status` does. */
const STATES: Readonly<Record<DownstairsState, Tagged>> = {
  active: { type: 'active' },
  live_repair: { type: 'live_repair' },
  new: connecting('wait_connect', 'new'),
  wait_quorum: connecting('wait_quorum', 'new'),
  reconcile: connecting('reconcile', 'new'),
  live_repair_ready: connecting('live_repair_ready', 'faulted'),
  faulted: connecting('negotiating', 'faulted'),
  offline: connecting('wait_connect', 'offline'),
  replaced: connecting('wait_connect', 'replaced'),
  replacing: { type: 'stopping' },
  disabled: { type: 'stopping' },
  deactivated: { type: 'stopping' },
  negotiation_failed: { type: 'stopping' },
};

/** What the VM's server says of a disk's upstairs: its targets in index order. */
export function statusAnswer(
  zone: string,
  diskId: string,
  sled: SimulatedStorageSled,
  storage: Storage,
): { readonly code: number; readonly body: string } {
  const session = sled.world.crucible
    .processes()
    .filter((process) => process.zone === zone)
    .flatMap(({ sessions }) => sessions)
    .find(({ upstairsId }) => upstairsId === diskId);
  const disk = storage.disks.find(({ id }) => id === diskId);
  if (session === undefined || disk === undefined)
    return { code: 404, body: '{"message":"Not Found","error_code":"Not Found","request_id":"-"}' };
  const upstairs = {
    state: 'active',
    block_size: 512,
    upstairs_id: diskId,
    session_id: session.sessionId,
    generation: disk.generation,
    read_only: false,
    encrypted: true,
    reconcile_in_progress: session.states.includes('reconcile'),
    live_repair_in_progress: session.states.includes('live_repair'),
    targets: disk.live.map(({ id, pool, port }, client) => {
      const state = session.states[client] ?? 'active';
      return {
        // A replaced one has not negotiated yet, and its predecessor's id is still there.
        region_id: state === 'new' ? null : state === 'replaced' ? disk.volumeId : id,
        target_addr: `[${pool.address}]:${port}`,
        repair_addr: state === 'active' ? `[${pool.address}]:${port + 4000}` : null,
        state: STATES[state],
      };
    }),
  };
  const body = { volume_info: { volume: { sub_volumes: [{ upstairs }], read_only_parent: null } } };
  return { code: 200, body: JSON.stringify(body) };
}
