import type { ToolAnswer, ToolReply, ToolRequest } from '../fleet/by-tool.ts';
import { FleetError } from '../model/error.ts';
import { formatNumberSet } from '../model/number-set.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Connection } from '../model/transport.ts';
import { readPilotReply } from './pilot-reply.ts';
import { runTool, saidBy } from './run-tool.ts';
import { sledsCalled } from './tool-sleds.ts';

/** What pilot may take beyond the window, to reach sleds that are silent: its own limits are not known. */
const MARGIN_MS = 60_000;

/** All that a tool may print, whatever the sleds send. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Asks the cubbies of a rack with one `pilot host exec`. Rejects with a FleetError where it names no sled. */
export async function askPilot(connection: Connection, request: ToolRequest): Promise<ToolReply> {
  const { tool, targets, timeoutMs, maxOutputBytes, signal } = request;
  const cubbies = formatNumberSet(targets.flatMap(({ sled }) => sled.cubby ?? []));
  const text = shellWord(await request.makeText());
  const { result, ended } = await runTool(connection, `${tool.command} host exec -c ${text} ${cubbies}`, {
    timeoutMs: timeoutMs + MARGIN_MS,
    signal,
    maxOutputBytes: Math.min(MOST_BYTES, maxOutputBytes * targets.length),
  });
  const { sleds, before } = readPilotReply(result.stdout);
  if (sleds.length === 0) {
    if (ended !== null) throw ended;
    const message = `pilot named no sled (${saidBy(result)}); run it by hand: ${tool.command} host exec -c hostname ${cubbies}`;
    throw new FleetError('exit_status', message, { partial: result });
  }
  const find = sledsCalled(targets, 'pilot');
  const said = new Map<ToolRequest['targets'][number], ToolAnswer | FleetError>();
  const warnings = [...connection.warnings];
  for (const { serial, cubby, gave } of sleds) {
    const { target, instead, note } = find(serial, cubby);
    if (note !== null) warnings.push(note);
    if (instead !== null) said.set(instead.target, instead.error);
    if (target !== null) said.set(target, said.has(target) ? twice(serial) : gave);
  }
  if (before !== '') warnings.push(`pilot said before the sleds: ${before}`);
  return { via: connection.via, said, ended, warnings };
}

function twice(serial: string): FleetError {
  return new FleetError('not_begun', `pilot printed ${serial} twice: nothing says which of the two holds`);
}
