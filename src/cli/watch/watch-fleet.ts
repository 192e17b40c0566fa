import { setTimeout as sleep } from 'node:timers/promises';
import { readBundle } from '../../fleet/bundle.ts';
import { withKeepalive } from '../../fleet/connection-pool.ts';
import { PROGRAM_SECONDS, watchLong, type LongWatchSettings } from '../../fleet/long-watch.ts';
import { scriptCommand } from '../../fleet/upload.ts';
import { visitSled, type VisitSettings } from '../../fleet/visit.ts';
import { describeError, FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import { createOutputBudget } from '../../model/output-budget.ts';
import { printable } from '../../model/printable.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { AnsweredOutcome } from '../../model/report.ts';
import type { Sled } from '../../model/sled.ts';
import type { Stage } from '../../model/stage.ts';
import type { Target } from '../../model/target.ts';
import type { Transport } from '../../model/transport.ts';
import { readFailure, readMessages } from '../../parse/dtrace-messages.ts';
import { createReportStream } from '../../watch/report-stream.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import { RUN_MARGIN_MS, withConnectionOptions } from '../options/connection-options.ts';
import { capacityFor } from '../ask/capacity.ts';
import { openConnections, openGuard, type FleetOptions } from '../ask/fleet-run.ts';
import { refuseForTools } from '../ask/refuse-for-tools.ts';
import { openRecords } from '../ask/run-records.ts';
import { chooseSleds, openInventory } from '../options/selection-options.ts';
import { withSshConfiguration } from '../ask/ssh-configuration.ts';
import { STATUS_LOCK } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';
import { nowOf } from './now-of.ts';

const SCRIPT = 'upstairs_raw.d';
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const TOTAL_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The sleds of a watch, ready to be watched. */
export interface WatchedFleet {
  readonly selection: string;
  readonly sleds: readonly Sled[];
  /** The sleds by their ids, with the way to each as a text: another text is another way. */
  readonly ways: ReadonlyMap<string, string>;
  /** Watches until the signal fires, and until nothing of ours is left on the sleds. */
  readonly run: (
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
    part?: WatchedPart,
  ) => Promise<void>;
}

/** Some sleds of a fleet; one may be left alone before the others are. */
export interface WatchedPart {
  readonly only: ReadonlySet<string>;
  readonly untilOf: (sled: string) => AbortSignal;
}

type WatchedFleetOptions = FleetOptions & { readonly program?: number };

/** Chooses the sleds; rejects with what is wrong before one of them is visited. */
export async function openWatchedFleet(
  options: WatchedFleetOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<WatchedFleet> {
  const inventory = await openInventory(options, surroundings);
  const chosen = { ...chooseSleds(inventory, options), carried: [] };
  const configured = await withSshConfiguration(chosen.targets, options, surroundings, signal);
  const all = withConnectionOptions(configured, options, surroundings.cwd).map(withKeepalive);
  const seconds = options.program ?? PROGRAM_SECONDS;
  const job = await watchJob(seconds, surroundings);
  await refuseForTools(all, job, options);
  const { concurrency } = capacityFor(all, options, surroundings.resources);
  if (concurrency < all.length) throw tooMany(concurrency, all.length);
  return {
    selection: chosen.description,
    sleds: all.map(({ sled }) => sled),
    ways: new Map(all.map((target) => [target.sled.id, JSON.stringify(target)])),
    async run(onEvent, stop, part) {
      const targets = part === undefined ? all : all.filter(({ sled }) => part.only.has(sled.id));
      const startedAt = surroundings.now();
      const guard = await openGuard(options, startedAt, surroundings);
      const connections = openConnections(targets, options, surroundings);
      const selectedInAll = chosen.selectedInAll ?? all.length;
      const run = { id: guard.word, shard: chosen.shard ?? null, selectedInAll };
      const kept = { inventory, chosen, targets, startedAt, guard, run, recorded: null };
      const records = await openRecords(kept, options, surroundings, () => {});
      const settings = {
        job,
        guard,
        uploadTimeoutMs: options.uploadTimeout,
        runTimeoutMs: seconds * 1000 + RUN_MARGIN_MS,
        maxOutputBytes: MAX_OUTPUT_BYTES,
        budget: createOutputBudget(TOTAL_OUTPUT_BYTES),
        audit: records.audit,
        now: surroundings.elapsed,
      };
      const { transport } = connections;
      const watch: Watch = { transport, settings, seconds, surroundings, onEvent, said: new Set() };
      const untilOf = ({ sled }: Target) =>
        part === undefined ? stop : AbortSignal.any([stop, part.untilOf(sled.id)]);
      try {
        await Promise.all(targets.map((target) => watchSled(watch, target, untilOf(target))));
      } finally {
        await transport.close();
        for (const problem of await records.close()) {
          surroundings.terminal.err.write(`warning: ${printable(problem)}\n`);
        }
      }
    },
  };
}

/** What the sleds of one watch share. */
interface Watch {
  readonly transport: Transport;
  readonly settings: VisitSettings;
  /** How long one program watches. */
  readonly seconds: number;
  readonly surroundings: Surroundings;
  readonly onEvent: (event: WatchEvent) => void;
  /** What a sled says of each visit is said once: `SLED WHAT`. */
  readonly said: Set<string>;
}

async function watchSled(watch: Watch, target: Target, until: AbortSignal): Promise<void> {
  const { transport, settings, seconds, surroundings, onEvent } = watch;
  const { sled } = target;
  const now = (): Now => nowOf(surroundings);
  const streams = new Map<number, ReturnType<typeof createReportStream>>();
  let stage: Stage = 'connect';
  const visit: LongWatchSettings['visit'] = async (_, onText, signal) => {
    const own = { ...settings, onText: (__: Sled, text: string) => onText(text) };
    return (await visitSled(transport, target, own, { stop: signal, signal })).outcome;
  };
  await watchLong(
    target,
    { visit, seconds, now: surroundings.elapsed, random: surroundings.random, pause },
    {
      onText(program, text) {
        const stream = streams.get(program) ?? createReportStream();
        streams.set(program, stream);
        const at = now();
        for (const part of stream(text)) onEvent({ ...part, sled, program, now: at });
      },
      onLost(error, againMs) {
        const failure = { stage, code: error.code };
        onEvent({ kind: 'lost', sled, why: printable(describeError(error)), againMs, failure, now: now() });
      },
      onEnded(program, outcome) {
        streams.delete(program);
        if (outcome.status === 'failed') ({ stage } = outcome);
        else if (!until.aborted) tellDoubts(watch, outcome, now());
      },
    },
    until,
  );
}

function tellDoubts({ said, onEvent }: Watch, { sled, issues, warnings }: AnsweredOutcome, now: Now): void {
  for (const doubt of [...issues.map(({ message }) => message), ...warnings]) {
    const key = `${sled.id} ${doubt}`;
    if (said.has(key)) continue;
    said.add(key);
    onEvent({ kind: 'doubt', sled, what: printable(doubt), now });
  }
}

/** The reports of a sled for so long; they are read as they come. */
async function watchJob(seconds: number, { scriptsFolder }: Surroundings): Promise<Job> {
  const bundle = await readBundle(scriptsFolder, ['run-d.sh', SCRIPT]);
  const words = ['-r', SCRIPT, String(seconds), '1', '0', 'FIELDS'];
  return {
    what: ['run-d.sh', ...words].map(shellWord).join(' '),
    bundle,
    payload: { script: scriptCommand(bundle, 'run-d.sh', words), isCounted: true, lock: STATUS_LOCK },
    isReadAsItComes: true,
    mayRepeat: false,
    read: ({ stdout, stderr, exitStatus, signalName }) =>
      exitStatus === 0
        ? { status: 'answer', rows: [], issues: readMessages(stderr) }
        : { status: 'failure', error: readFailure(SCRIPT, { stdout, stderr, exitStatus, signalName }) },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

function tooMany(room: number, sleds: number): FleetError {
  return new FleetError(
    'usage',
    `watch keeps a connection to each sled open, and ${sleds} sleds are selected where ${room} may be visited at the same time; select fewer, or raise --concurrency and ulimit -n`,
  );
}
