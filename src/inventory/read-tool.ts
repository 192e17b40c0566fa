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

/** By what each tool is told of a sled, or names it in its answer. */
const NEEDED = {
  pilot: { key: 'cubby', why: 'pilot is told cubbies' },
  sush: { key: 'serial', why: 'sush names sleds by it' },
} as const satisfies Record<RackTool['name'], { readonly key: string; readonly why: string }>;

/** Reports a sled, or a pattern of sleds, without it. */
export function reportUntold(
  reader: Reader,
  tool: RackTool | null,
  {
    place,
    values,
    filled,
  }: {
    readonly place: Place;
    readonly values: ReadonlyMap<string, Value>;
    readonly filled: Readonly<Record<'cubby' | 'serial', unknown>>;
  },
): void {
  if (tool === null) return;
  const { key, why } = NEEDED[tool.name];
  // What does not fit is reported as such.
  if (values.has(key) || filled[key] !== undefined) return;
  report(reader, place, `found no ${key}, allowed is a sled with one: ${why}`);
}
