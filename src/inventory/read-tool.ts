import type { RackTool } from '../model/target.ts';
import { expandPath } from '../yaml/file-path.ts';
import type { Place } from '../yaml/problem.ts';
import { read, report, type Reader, type Value } from '../yaml/yaml-reader.ts';
import type { InventoryContext } from './inventory.ts';
import { SECTIONS } from './sections.ts';

const { via: VIA, tool: TOOL, sush_job: SUSH_JOB } = SECTIONS.rack;

/** The tool through which a rack is asked, among the values of its mapping; null where it is asked over SSH. */
export function readTool(
  reader: Reader,
  values: ReadonlyMap<string, Value>,
  context: InventoryContext,
): RackTool | null {
  const via = read(reader, values.get('via'), VIA.schema)?.value ?? 'ssh';
  const command = read(reader, values.get('tool'), TOOL.schema);
  const job = read(reader, values.get('sush_job'), SUSH_JOB.schema);
  if (job !== undefined && via !== 'sush') {
    report(reader, job.place, `found a sush_job beside via: ${via}, allowed is via: sush`);
  }
  if (via === 'ssh') {
    if (command !== undefined) {
      report(reader, command.place, 'found a tool beside via: ssh, allowed is via: pilot or via: sush');
    }
    return null;
  }
  const jobFile = job === undefined ? null : expandPath(job.value, context);
  return { name: via, command: command?.value ?? via, jobFile };
}

/** Reports a sled that its rack's tool could not be told of, or would not name in its answer. */
export function reportUntold(
  reader: Reader,
  tool: RackTool,
  sleds: readonly { readonly place: Place; readonly cubby: unknown; readonly serial: unknown }[],
): void {
  for (const { place, cubby, serial } of sleds) {
    if (tool.name === 'pilot' && cubby === undefined) {
      report(reader, place, 'found no cubby, allowed is a sled with one: pilot is told cubbies');
    }
    if (tool.name === 'sush' && serial === undefined) {
      report(reader, place, 'found no serial, allowed is a sled with one: sush names sleds by it');
    }
  }
}
