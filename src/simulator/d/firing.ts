import type { Environment } from './environment.ts';
import type { Enabling } from './enablings.ts';
import { Fault, type FaultKind } from './errors.ts';
import type { FiredProbe, FiredProcess, Frame } from './frame.ts';
import { describeProbe } from './probe-description.ts';
import type { TraceBuffer } from './trace-buffer.ts';

export interface FiringDetails {
  readonly probe: FiredProbe;
  readonly process: FiredProcess;
  readonly cpu: number;
  readonly tid: number;
  readonly at: bigint;
  readonly wall: bigint;
  readonly args: readonly (bigint | string)[];
}

/** The execution of all clauses of one firing, which can be stopped between two statements and go on later. */
export interface Execution {
  readonly cpu: number;
  /** Runs up to the end of the next statement. False when nothing is left. */
  step(): boolean;
}

export interface FiringContext {
  readonly env: Environment;
  readonly buffer: TraceBuffer;
  /** Runs the clauses of dtrace:::ERROR. */
  readonly onFault: (frame: Frame, fault: Fault) => void;
}

/** Prepares the clauses of one firing. `this->` is new for each firing, and reads as garbage until it is set. */
export function beginFiring(
  context: FiringContext,
  details: FiringDetails,
  list: readonly Enabling[],
): Execution {
  const { env, buffer } = context;
  const frame: Frame = {
    probe: details.probe,
    process: details.process,
    cpu: details.cpu,
    tid: details.tid,
    at: details.at,
    wall: details.wall,
    args: details.args,
    locals: [],
    tokens: { rest: null },
    epid: 0,
    scratch: 0,
    action: 0,
    record: [],
  };
  const isMeta = details.probe.provider === 'dtrace';
  let next = 0;
  let enabling: Enabling | undefined;
  let at = 0;
  let size = 0;

  /** Goes to the next clause that has room for its record, and whose predicate holds: in this order, as the kernel. */
  function enter(): boolean {
    for (;;) {
      enabling = list[next];
      next++;
      if (enabling === undefined) return false;
      if (env.progress.exiting && !(isMeta && details.probe.name !== 'BEGIN')) return false;
      const { predicate, steps } = enabling.clause;
      at = 0;
      if (predicate === null) return true;
      const needed = steps[0]?.kind === 'begin' ? steps[0].size : 0;
      if (!buffer.reserve(frame.cpu, needed)) continue;
      frame.epid = enabling.epid;
      frame.action = 0;
      frame.scratch = buffer.free(frame.cpu) - needed;
      try {
        if (predicate.test(frame)) return true;
      } catch (error) {
        fault(error);
      }
    }
  }

  function fault(error: unknown): void {
    if (!(error instanceof Fault)) throw error;
    frame.record = [];
    buffer.push({ cpu: frame.cpu, probe: frame.probe, parts: [], fault: describeFault(frame, error) }, 0);
    context.onFault(frame, error);
  }

  return {
    cpu: details.cpu,
    step() {
      if (enabling === undefined && !enter()) return false;
      const current = enabling;
      if (current === undefined) return false;
      const { steps } = current.clause;
      frame.epid = current.epid;
      try {
        while (at < steps.length) {
          const step = steps[at];
          at++;
          switch (step?.kind) {
            case 'begin':
              size = step.size;
              frame.record = [];
              if (!buffer.reserve(frame.cpu, size)) at = steps.length;
              else frame.scratch = buffer.free(frame.cpu) - size;
              break;
            case 'run':
              step.run(frame);
              return true;
            case 'commit':
              if (step.records) {
                buffer.push({ cpu: frame.cpu, probe: frame.probe, parts: frame.record, fault: null }, size);
              }
              break;
            case 'branch':
              frame.action = 0;
              frame.scratch = buffer.free(frame.cpu);
              if (!step.condition.test(frame)) at = step.otherwise;
              break;
            case 'jump':
              at = step.to;
              break;
            case undefined:
              break;
          }
        }
      } catch (error) {
        fault(error);
      }
      enabling = undefined;
      return true;
    },
  };
}

/** Fault numbers, as dtrace:::ERROR has them in arg4. */
export const FAULT_NUMBERS: Readonly<Record<FaultKind, bigint>> = {
  'invalid address': 1n,
  'illegal operation': 3n,
  'divide-by-zero': 4n,
  'out of scratch space': 5n,
  'tuple stack overflow': 8n,
};

function describeFault(frame: Frame, fault: Fault): string {
  const { probe, epid, action } = frame;
  const details = fault.kind === 'invalid address' ? ` (0x${fault.address.toString(16)})` : '';
  const where = action === 0 ? 'predicate' : `action #${action}`;
  const offset = fault.offset === null ? '' : ` at DIF offset ${fault.offset}`;
  return `error on enabled probe ID ${epid} (ID ${probe.id}: ${describeProbe(probe)}): ${fault.kind}${details} in ${where}${offset}`;
}
