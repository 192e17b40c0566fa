import { FleetError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import type { Connection, RunOptions, RunResult } from '../model/transport.ts';
import { cutTo } from '../parse/limits.ts';

/** What a tool printed, and why it ended early; null where it ended by itself. */
export interface ToolEnd {
  readonly result: RunResult;
  readonly ended: FleetError | null;
}

/** Runs a tool. What it had printed before its time was over, or somebody pressed Ctrl-C, is kept. */
export async function runTool(
  connection: Connection,
  command: string,
  options: RunOptions,
): Promise<ToolEnd> {
  try {
    return { result: await connection.run(command, options), ended: null };
  } catch (error) {
    if (!(error instanceof FleetError) || error.partial === null) throw error;
    return { result: { ...error.partial, exitStatus: 0, signalName: null }, ended: error };
  }
}

const LONGEST_QUOTE = 300;

/** What a tool said, on one line, with its status. */
export function saidBy({ stdout, stderr, exitStatus }: RunResult): string {
  const said = `${stderr}\n${stdout}`.trim().replaceAll(/\s*\n\s*/g, '; ');
  const text = said === '' ? 'it printed nothing' : cutTo(printable(said), LONGEST_QUOTE);
  return `status ${exitStatus}: ${text}`;
}
