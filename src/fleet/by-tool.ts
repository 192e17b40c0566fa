import { FleetError } from '../model/error.ts';
import { groupBy } from '../model/group-by.ts';
import { hostPort } from '../model/host-port.ts';
import type { Issue } from '../model/issue.ts';
import type { JobText } from '../model/job.ts';
import type { FailedOutcome, SledOutcome } from '../model/report.ts';
import type { Gateway, RackTool, Target } from '../model/target.ts';
import { endOfMarked, otherQuestion, type MarkedText } from '../parse/text-marks.ts';
import type { AuditedEnd } from './audit.ts';
import { endOf, notTried, outcomeOf, readCut, type Visit, type VisitSettings } from './visit.ts';

/** Sleds of one rack that a tool is asked about with one command. */
export interface ToolRequest {
  readonly tool: RackTool;
  /** It runs on the first of them that can be reached; empty: here. */
  readonly gateways: readonly Gateway[];
  readonly targets: readonly Target[];
  /** The text that each of them is to run. */
  readonly makeText: () => Promise<string>;
  readonly timeoutMs: number;
  /** What one sled may print. */
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
  /** Called when the tool begins. */
  readonly onRun: () => void;
}

/** What a tool has of one sled that ran the text. */
export interface ToolAnswer {
  readonly answer: MarkedText;
  /** Why not all of it may be here, as the tool shows. */
  readonly issues: readonly Issue[];
}

/** What a tool said of the sleds. */
export interface ToolReply {
  /** The gateway on which it ran, as `host:port`; null is here. */
  readonly via: string | null;
  /** Of each sled that it named: its answer, or why there is none. */
  readonly said: ReadonlyMap<Target, ToolAnswer | FleetError>;
  /** Why it ended before it had said all; null where it did not. */
  readonly ended: FleetError | null;
  /** What a reader should know though the answers are whole. */
  readonly warnings: readonly string[];
}

/** Asks the sleds of one rack through its tool. Rejects with a FleetError where the tool named no sled. */
export type AskTool = (request: ToolRequest) => Promise<ToolReply>;

export interface ByToolSettings extends VisitSettings {
  readonly askTool: AskTool;
  readonly onVisited?: (visit: Visit) => void;
}

/** What is said of every answer that came this way. */
export function experimentalNote({ name }: Pick<RackTool, 'name'>): string {
  return `asked through ${name}, which is experimental: not tried on a real rack`;
}

/**
 * Asks sleds by the tools of their racks, one command for each rack, and gives one outcome for each sled: the inventory
 * says which sleds there are, never what answered.
 */
export async function collectByTool(
  targets: readonly Target[],
  settings: ByToolSettings,
  signal: AbortSignal,
): Promise<ReadonlyMap<Target, SledOutcome>> {
  const groups = groupBy(targets, ({ sled, tool, gateways }) =>
    JSON.stringify([sled.rack, tool, gateways.map(hostPort)]),
  );
  const outcomes = new Map<Target, SledOutcome>();
  await Promise.all(
    [...groups.values()].map(async (members) => {
      for (const [target, visit] of await askGroup(members, settings, signal)) {
        settings.onVisited?.(visit);
        outcomes.set(target, visit.outcome);
      }
    }),
  );
  return outcomes;
}

async function askGroup(
  targets: readonly Target[],
  settings: ByToolSettings,
  signal: AbortSignal,
): Promise<readonly (readonly [Target, Visit])[]> {
  const [{ tool, gateways } = { tool: undefined, gateways: [] }] = targets;
  const { asText, notByTool } = settings.job;
  if (tool !== undefined && asText === undefined && notByTool !== undefined) {
    const error = new FleetError('not_tried', `not asked through ${tool.name}: ${notByTool}`);
    return targets.map((target) => [target, failedVisit(target, error)]);
  }
  if (tool === undefined || asText === undefined) throw new Error('a job without a text was given to a tool');
  const startedMs = settings.now();
  for (const { sled } of targets) settings.onStage?.(sled, 'connect');
  const audited = new Map<Target, (end: AuditedEnd) => void>();
  let reply: ToolReply | FleetError;
  try {
    if (signal.aborted) throw notTried(signal);
    reply = await settings.askTool({
      tool,
      gateways,
      targets,
      makeText: () => asText.make(settings.guard.word),
      timeoutMs: settings.runTimeoutMs,
      maxOutputBytes: settings.maxOutputBytes,
      signal,
      onRun: () => {
        for (const target of targets) {
          settings.onStage?.(target.sled, 'run');
          const end = settings.audit?.begin({
            target,
            via: tool.name,
            stage: 'run',
            what: settings.job.what,
          });
          if (end !== undefined) audited.set(target, end);
        }
      },
    });
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    reply = endOf(error, signal);
  }
  const elapsedMs = settings.now() - startedMs;
  return targets.map((target) => {
    const visit = visitOf(target, tool, reply, { elapsedMs, asText, settings, signal });
    audited.get(target)?.(endOfVisit(visit));
    return [target, visit];
  });
}

function failedVisit({ sled }: Target, error: FleetError): Visit {
  return { outcome: { status: 'failed', sled, elapsedMs: 0, stage: 'connect', error }, result: null };
}

function endOfVisit({ outcome, result }: Visit): AuditedEnd {
  return {
    exitStatus: result?.exitStatus ?? null,
    signalName: result?.signalName ?? null,
    cut: result?.cut ?? null,
    error: outcome.status === 'failed' ? outcome.error : null,
  };
}

interface ReadContext {
  readonly elapsedMs: number;
  readonly asText: JobText;
  readonly settings: ByToolSettings;
  readonly signal: AbortSignal;
}

function visitOf(
  target: Target,
  tool: RackTool,
  reply: ToolReply | FleetError,
  { elapsedMs, asText, settings, signal }: ReadContext,
): Visit {
  const { sled } = target;
  const failed = (stage: FailedOutcome['stage'], error: FleetError): Visit => ({
    outcome: { status: 'failed', sled, elapsedMs, stage, error },
    result: null,
  });
  if (reply instanceof FleetError) return failed('connect', reply);
  const said = reply.said.get(target);
  const ended = reply.ended === null ? null : endOf(reply.ended, signal);
  if (said === undefined) return failed('connect', ended ?? unnamed(tool.name));
  if (said instanceof FleetError) return failed(said.code === 'unreachable' ? 'connect' : 'run', said);
  const { answer, issues } = said;
  const { stdout, stderr } = answer;
  if (ended !== null && answer.end === null) {
    return failed('run', new FleetError(ended.code, ended.message, { partial: { stdout, stderr } }));
  }
  const other = otherQuestion(answer, asText.about);
  if (other !== null)
    return failed('run', new FleetError('not_begun', other, { partial: { stdout, stderr } }));
  // What is shown as it comes has not been shown yet.
  settings.onText?.(sled, stdout);
  const { result, cut } = endOfMarked(answer);
  const guarded = { ...result, cut, notes: [], noise: [] };
  const reading = readCut(settings.job, guarded);
  const via = reply.via === null ? tool.name : `${tool.name} on ${reply.via}`;
  const warnings = [experimentalNote(tool), ...reply.warnings];
  const outcome = outcomeOf(reading, { sled, elapsedMs, via, warnings });
  return {
    outcome: outcome.status === 'failed' ? outcome : { ...outcome, issues: [...issues, ...outcome.issues] },
    result: guarded,
  };
}

function unnamed(name: RackTool['name']): FleetError {
  const why = {
    pilot: 'it does not see the sled; pilot host ls lists those that it sees',
    sush: 'the sled did not answer it in time',
  }[name];
  return new FleetError('unreachable', `${name} said nothing of it: ${why}`);
}
