import { FleetError } from '../model/error.ts';
import type { ProbeSpec } from '../model/probe.ts';
import type { SledOutcome, Stage } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import type { Connection, RunResult, Transport } from '../model/transport.ts';
import type { Bundle } from './bundle.ts';
import { isMissing, runCommand, upload } from './deliver.ts';

/** What every visit of one run has in common. */
export interface VisitSettings {
  readonly probe: ProbeSpec;
  readonly bundle: Bundle;
  readonly windowSeconds: number;
  readonly uploadTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly maxOutputBytes: number;
  /** Milliseconds of any monotonic clock. */
  readonly now: () => number;
  readonly onStage?: (sled: Sled, stage: Stage) => void;
}

/**
 * Visits one sled: connects, runs the probe, uploads it first if the sled does not have it, and reads the answer.
 * Here, and only here, what goes wrong with a sled becomes a value; a bug still throws.
 */
export async function visitSled(
  transport: Transport,
  sled: Sled,
  settings: VisitSettings,
  signal: AbortSignal,
): Promise<SledOutcome> {
  const startedMs = settings.now();
  let stage: Stage = 'connect';
  const enter = (next: Stage) => {
    stage = next;
    settings.onStage?.(sled, next);
  };
  const failed = (error: FleetError): SledOutcome => ({
    status: 'failed',
    sled,
    elapsedMs: settings.now() - startedMs,
    stage,
    error,
  });
  let connection: Connection | null = null;
  try {
    if (signal.aborted) throw new FleetError('not_tried', 'not tried: the run was interrupted first');
    enter('connect');
    connection = await transport.connect(sled, signal);
    const result = await runProbe(connection, settings, signal, enter);
    const reading = settings.probe.read(result);
    if (reading.status === 'failure') return failed(reading.error);
    return {
      status: 'answered',
      sled,
      elapsedMs: settings.now() - startedMs,
      via: connection.via,
      rows: reading.rows,
      issues: reading.issues,
      warnings: connection.warnings,
    };
  } catch (error) {
    if (error instanceof FleetError) return failed(error);
    throw error;
  } finally {
    await connection?.close();
  }
}

async function runProbe(
  connection: Connection,
  settings: VisitSettings,
  signal: AbortSignal,
  enter: (stage: Stage) => void,
): Promise<RunResult> {
  const command = runCommand(settings.bundle, settings.probe.arguments(settings.windowSeconds));
  const limits = { signal, maxOutputBytes: settings.maxOutputBytes };
  enter('run');
  const first = await connection.run(command, { ...limits, timeoutMs: settings.runTimeoutMs });
  if (!isMissing(first)) return first;
  enter('upload');
  await upload(connection, settings.bundle, { ...limits, timeoutMs: settings.uploadTimeoutMs });
  enter('run');
  const second = await connection.run(command, { ...limits, timeoutMs: settings.runTimeoutMs });
  if (!isMissing(second)) return second;
  enter('upload');
  throw new FleetError(
    'upload',
    'the scripts were uploaded, and the sled still says that they are missing or different',
  );
}
