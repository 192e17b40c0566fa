import { checkProbe } from '../../check/check-probe.ts';
import { mergeReport } from '../../fleet/merge.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { inShard, selectSleds } from '../../inventory/select.ts';
import { describeError, FleetError } from '../../model/error.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { FleetReport, SledOutcome } from '../../model/report.ts';
import { reportJson } from '../../outputs/report-json.ts';
import { dsState } from '../../probes/ds-state.ts';
import { PROBES } from '../../probes/index.ts';
import { lrState } from '../../probes/lr-state.ts';
import { repairs } from '../../probes/repairs.ts';
import type { Refusal } from '../../relay/messages.ts';
import { isFollowed, SLEDS, WATCH, type Question } from '../../relay/question.ts';
import type { RunOfSite, SitePlan, SiteReport } from '../../relay/serve-settings.ts';
import { RUN_MARGIN_MS } from '../options/connection-options.ts';
import { openInventory } from '../options/selection-options.ts';
import { runOnFleet, type FleetOptions, type FleetRunSettings } from '../ask/fleet-run.ts';
import { runStateProbe } from '../ask/state-run.ts';
import { timeOfDay } from '../doctor/doctor-report.ts';
import { SLEDS_LIMITS, sledsJob } from '../overview/sleds-job.ts';
import { plainReport, withRows } from '../overview/sleds-report.ts';
import { prepare } from '../run/prepare-run.ts';
import { tellRows } from './tell-rows.ts';
import { runReport } from '../run/run-report.ts';
import type { Surroundings } from '../surroundings.ts';

/** Bytes that one sled may send on each of its streams. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** The report is to be at the asker by the deadline: a sled that has not answered before is named in it. */
const WAY_BACK_MS = 2000;

/** Probes that watch all upstairs of a sled for a window. */
const STATE_PROBES: readonly ProbeSpec[] = [checkProbe, dsState, lrState, repairs];

/** Every probe that a question may name: none of them changes a sled. */
export const RELAY_PROBES: readonly ProbeSpec[] = [
  ...STATE_PROBES,
  ...PROBES.filter((probe) => !STATE_PROBES.includes(probe)),
];

/** What a question may name beside them, by the command that asks it. */
export const OTHER_QUESTIONS: readonly string[] = [WATCH, SLEDS];

/** Reads the site's inventory and selects; asks no sled yet. */
export async function planQuestion(
  question: Question,
  options: FleetOptions,
  surroundings: Surroundings,
): Promise<SitePlan | { readonly why: Refusal; readonly reason: string }> {
  const probe = RELAY_PROBES.find(({ name }) => name === question.probe);
  if (probe === undefined && !OTHER_QUESTIONS.includes(question.probe)) {
    return {
      why: 'refused',
      reason: `its cruc-fleet ${surroundings.version} has no probe ${question.probe}`,
    };
  }
  const { selection, only } = question;
  let inventory: Inventory;
  try {
    inventory = await openInventory(options, surroundings);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { why: 'failed', reason: `its inventory cannot be read: ${describeError(error)}` };
  }
  let plan: Omit<SitePlan, 'answer'>;
  try {
    const selected = inShard(selectSleds(inventory, selection), selection.shard ?? undefined);
    const sleds = selected.targets
      .map(({ sled }) => sled)
      .filter(({ id }) => only === null || only.includes(id));
    plan = {
      selection: selected.description,
      sleds: sleds.map(({ id, rack, name, serial, cubby }) => ({ id, rack, name, serial, cubby })),
    };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { why: 'nothing_selected', reason: describeError(error) };
  }
  if (question.probe === WATCH) return await planWatch(question, plan, options, surroundings);
  return { ...plan, answer: (run) => answerQuestion(probe, run, inventory, options, surroundings) };
}

/** What cannot be watched is said at once. */
async function planWatch(
  question: Question,
  plan: Omit<SitePlan, 'answer'>,
  options: FleetOptions,
  surroundings: Surroundings,
): Promise<SitePlan | { readonly why: Refusal; readonly reason: string }> {
  if (!isFollowed(question)) {
    return { why: 'refused', reason: 'a watch is followed, and this asker would not hear of it' };
  }
  const { answerWatch } = await import('./answer-watch.ts');
  try {
    const wanted = optionsFor(question, options, surroundings.now());
    return { ...plan, answer: await answerWatch(wanted, question.only, surroundings) };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { why: 'refused', reason: describeError(error) };
  }
}

/** Asks the sleds of a question as a command here would, and gives the report as JSON. */
async function answerQuestion(
  probe: ProbeSpec | undefined,
  run: RunOfSite,
  inventory: Inventory,
  given: FleetOptions,
  surroundings: Surroundings,
): Promise<SiteReport> {
  const { question, stop, onSled } = run;
  const notes: string[] = [];
  const here = quietSurroundings(surroundings, stop, (note) => notes.push(note));
  const options = optionsFor(question, given, surroundings.now());
  const told =
    run.tell === null || probe === undefined ? null : tellRows(probe, question, run.tell, surroundings);
  const more = {
    inventory,
    runId: question.run,
    ...(question.only === null ? {} : { only: new Set(question.only) }),
    onVisited({ outcome }: { readonly outcome: SledOutcome }) {
      onSled(outcome.status);
      told?.visited(outcome);
    },
  };
  const report =
    probe === undefined
      ? await overviewReport(options, here, more)
      : isPlainState(probe, question)
        ? await stateReport(probe, question, options, here, more)
        : await probeReport(question, options, here, { ...more, ...told?.settings });
  told?.end();
  const by = ['sled', ...OWN_KEYS.filter((key) => report.distributions.some(({ keys }) => key in keys))];
  const json = reportJson(report, {
    width: null,
    color: false,
    headers: true,
    columns: null,
    distributions: { by, view: 'summary', percentile: 'range', compare: false, unicode: true },
  });
  return { json: JSON.stringify(json), notes };
}

/** Keys by which distributions of one sled differ: each goes as it is, and who asks groups them. */
const OWN_KEYS = ['zone', 'pid', 'upstairs_id', 'session_id', 'client', 'volume', 'time'] as const;

type More = Pick<FleetRunSettings, 'inventory' | 'only' | 'runId' | 'onVisited' | 'onText'>;

function isPlainState(probe: ProbeSpec, { settings }: Question): boolean {
  const { interval, pid, volume, totals, rates } = settings;
  const isPlain = interval === probe.interval || interval === 0;
  return STATE_PROBES.includes(probe) && isPlain && pid === null && volume === null && !totals && !rates;
}

async function stateReport(
  probe: ProbeSpec,
  { settings: { seconds } }: Question,
  options: FleetOptions,
  surroundings: Surroundings,
  more: More,
): Promise<FleetReport> {
  const run = await runStateProbe(probe, seconds, options, surroundings, more);
  return mergeReport(run.outcomes, { ...run, probe, probeColumns: probe.columns, filter: null, sortBy: [] });
}

/** What `sleds` shows of the site's sleds. */
async function overviewReport(
  options: FleetOptions,
  surroundings: Surroundings,
  more: More,
): Promise<FleetReport> {
  const job = await sledsJob(surroundings.scriptsFolder);
  const run = await runOnFleet(options, surroundings, { job, ...SLEDS_LIMITS, ...more });
  return plainReport(await withRows(run, timeOfDay(surroundings), surroundings));
}

async function probeReport(
  { probe: name, settings: asked }: Question,
  options: FleetOptions,
  surroundings: Surroundings,
  more: More,
): Promise<FleetReport> {
  const { seconds, interval, pid, volume, totals, rates } = asked;
  const prepared = await prepare(
    name,
    [],
    {
      ...options,
      output: 'json',
      headers: true,
      window: seconds,
      interval,
      ...(pid === null ? {} : { pid }),
      ...(volume === null ? {} : { volume }),
      ...(totals ? { totals } : {}),
      ...(rates ? { rates } : {}),
    },
    surroundings,
  );
  const { probe, settings, asText, what, bundle, payload, mayRepeat } = prepared;
  const run = await runOnFleet(options, surroundings, {
    job: {
      what,
      bundle,
      payload,
      mayRepeat,
      ...(asText === null ? {} : { asText }),
      read: (result) => probe.read(result, settings),
    },
    windowMs: seconds * 1000,
    runTimeoutMs: seconds * 1000 + RUN_MARGIN_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    ...more,
  });
  return runReport(probe, settings, run, { filters: {}, sortBy: [] });
}

/** How sleds are reached is the runner's to say, and which sleds the question's. */
function optionsFor({ selection, deadline }: Question, given: FleetOptions, now: Date): FleetOptions {
  const { racks, sleds, exclude, labels, shard } = selection;
  const leftMs = Date.parse(deadline) - now.getTime();
  return {
    ...given,
    quiet: true,
    deadline: Math.min(
      given.deadline ?? Number.POSITIVE_INFINITY,
      Math.max(1, leftMs - Math.min(WAY_BACK_MS, leftMs / 4)),
    ),
    ...(racks.length === 0 ? {} : { rack: racks }),
    ...(sleds.length === 0 ? {} : { sled: sleds }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(labels.length === 0 ? {} : { label: labels }),
    ...(shard === null ? {} : { shard }),
  };
}

/** What a run would say on standard error goes to who asks, who may also stop it. */
function quietSurroundings(
  surroundings: Surroundings,
  stop: AbortSignal,
  onNote: (note: string) => void,
): Surroundings {
  const { err } = surroundings.terminal;
  const write = (text: string) => {
    for (const line of text.split('\n').filter((each) => each !== '')) onNote(line.replace(/^warning: /, ''));
  };
  return {
    ...surroundings,
    terminal: { ...surroundings.terminal, err: { ...err, isTerminal: false, canRedraw: false, write } },
    ask: null,
    onInterrupt(callback) {
      const stopListening = surroundings.onInterrupt(callback);
      const onStop = () => callback('SIGTERM');
      if (stop.aborted) onStop();
      stop.addEventListener('abort', onStop, { once: true });
      return () => {
        stopListening();
        stop.removeEventListener('abort', onStop);
      };
    },
  };
}
