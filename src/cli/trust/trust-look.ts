import type { Inventory } from '../../inventory/inventory.ts';
import type { Selected } from '../../inventory/select.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { hostPort } from '../../model/host-port.ts';
import type { Job } from '../../model/job.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';
import { createExamination, keyState, type Examination, type ShownKey } from '../../trust/examination.ts';
import { nameOfSled } from '../../trust/host-name.ts';
import type { HostKeyStore } from '../../trust/host-keys.ts';
import { parseElapsed } from '../../parse/elapsed-time.ts';
import { UPTIME_SCRIPT } from '../../trust/uptime.ts';
import { withConnectionOptions } from '../options/connection-options.ts';
import type { Connections } from '../ask/connections.ts';
import { openConnections, runOnFleet, type FleetOptions } from '../ask/fleet-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** A host that was asked for its key. */
export interface Examined {
  readonly target: Target;
  /** Null where it did not come so far as to prove a key. */
  readonly shown: ShownKey | null;
  /** What became of the login: why there is no key, or why its uptime was not read. */
  readonly outcome: SledOutcome;
  /** By the host's own word, over a login that trusted its key for nothing else. */
  readonly bootedAt: Date | null;
  /** What it showed through each of its gateways, where it has several and its key is not known. */
  readonly ways: readonly Way[];
}

/** What a host showed through one gateway. */
export interface Way {
  readonly via: string;
  /** Null where it could not be reached that way. */
  readonly key: Buffer | null;
  readonly problem: string | null;
}

const TIMEOUT_MS = 15_000;
const MAX_OUTPUT_BYTES = 4096;

const UPTIME: Job = {
  what: 'uptime',
  bundle: null,
  payload: { script: UPTIME_SCRIPT, isCounted: true, lock: null },
  mayRepeat: true,
  read({ stdout, exitStatus }) {
    const seconds = parseElapsed(stdout);
    if (seconds !== null) return { status: 'answer', rows: [{ seconds }], issues: [] };
    const message = `ps did not tell how long its first process has been running (status ${exitStatus})`;
    return { status: 'failure', error: new FleetError('exit_status', message) };
  },
};

/**
 * Asks each host for its key the way that every run goes, and for its uptime; then those whose key is not known for
 * their key alone, through each of their gateways. Nothing is stored. Rejects with `interrupted` at Ctrl-C.
 */
export async function examineHosts(
  store: HostKeyStore,
  { inventory, selected }: { readonly inventory: Inventory; readonly selected: Selected },
  options: FleetOptions,
  surroundings: Surroundings,
): Promise<readonly Examined[]> {
  const targets = withConnectionOptions(selected.targets, options, surroundings.cwd);
  const examination = createExamination(store, new Set(targets.map(nameOf)));
  const over = openConnections(targets, options, surroundings, { hostKeys: examination.hostKeys });
  try {
    const look = examination.begin('login');
    const run = await runOnFleet(options, surroundings, {
      job: UPTIME,
      inventory,
      selected: { ...selected, targets },
      over,
      runTimeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (run.interrupted) throw new FleetError('interrupted', 'interrupted: no key was changed');
    const first = targets.flatMap((target, index) => {
      const outcome = run.outcomes[index];
      if (outcome === undefined) return [];
      return examined(target, look.get(nameOf(target)) ?? null, outcome, run.finishedAt);
    });
    const ways = await lookThroughEach(first.filter(hasSeveralWays), examination, over, surroundings);
    return first.map((each) => ({ ...each, ways: ways.get(each.target) ?? [] }));
  } finally {
    await over.transport.close();
  }
}

function nameOf({ sled }: Target): string {
  return nameOfSled(sled).name;
}

function examined(target: Target, shown: ShownKey | null, outcome: SledOutcome, at: Date): Examined {
  const seconds = outcome.status === 'answered' ? Number(outcome.rows[0]?.['seconds']) : Number.NaN;
  const booted = at.getTime() - seconds * 1000;
  // A machine that runs for longer than there are dates does not know since when.
  const bootedAt = booted > 0 ? new Date(booted) : null;
  return { target, shown, outcome, bootedAt, ways: [] };
}

function hasSeveralWays({ target, shown }: Examined): boolean {
  if (shown === null || target.gateways.length < 2) return false;
  const state = keyState(shown, target.login.hostKeysFile);
  return state === 'new' || state === 'changed';
}

/** One gateway after another, all the hosts behind it at a time. */
async function lookThroughEach(
  hosts: readonly Examined[],
  examination: Examination,
  { transport }: Connections,
  surroundings: Surroundings,
): Promise<ReadonlyMap<Target, readonly Way[]>> {
  const abort = new AbortController();
  const stopListening = surroundings.onInterrupt(() => abort.abort());
  const ways = new Map<Target, readonly Way[]>();
  const most = Math.max(0, ...hosts.map(({ target }) => target.gateways.length));
  try {
    for (let index = 0; index < most; index += 1) {
      const look = examination.begin('key');
      await Promise.all(
        hosts.map(async ({ target }) => {
          const gateway = target.gateways[index];
          if (gateway === undefined) return;
          const problem = await transport
            .connect({ ...target, gateways: [gateway] }, abort.signal)
            .then(async (connection) => await connection.close())
            .then(() => null, describeError);
          const key = look.get(nameOf(target))?.key ?? null;
          const way = { via: hostPort(gateway), key, problem: key === null ? problem : null };
          ways.set(target, [...(ways.get(target) ?? []), way]);
        }),
      );
      if (abort.signal.aborted) throw new FleetError('interrupted', 'interrupted: no key was changed');
    }
  } finally {
    stopListening();
  }
  return ways;
}
