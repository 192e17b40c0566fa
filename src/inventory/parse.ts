import { FleetError } from '../model/error.ts';
import type { Target } from '../model/target.ts';
import { nameOf, reportDuplicates } from './duplicates.ts';
import { fillCommands, type FilledWay } from './fill-commands.ts';
import type { Inventory, InventoryContext, Rack } from './inventory.ts';
import { loginDefaults } from './login-keys.ts';
import { NO_HOST } from '../model/sled.ts';
import { bySled, naturally } from '../model/sled-order.ts';
import { lineFinder, problemLines, type Problem } from '../yaml/problem.ts';
import { readOuter, readRack, type Outer, type RackDraft, type SledDraft } from './read-rack.ts';
import { keysOf, SECTIONS } from './sections.ts';
import {
  missing,
  read,
  readKnown,
  readList,
  readYaml,
  report,
  type Reader,
  type Value,
} from '../yaml/yaml-reader.ts';

const WHOLE_FILE = 'an inventory with version, defaults and racks, such as inventory.example.yaml';

/**
 * Reads the text of an inventory. Throws a FleetError `inventory` that holds every error of the text, a line each:
 * `file:line:column: racks[0].sleds[3].cubby: found 44, allowed is a whole number from 0 to 31`.
 */
export function parseInventory(text: string, fileName: string, context: InventoryContext): Inventory {
  const clean = text.replace(/^\uFEFF/, '');
  const problems: Problem[] = [];
  const lineAndColumn = lineFinder(clean);
  const fail = (): FleetError =>
    new FleetError('inventory', problemLines(fileName, lineAndColumn, problems).join('\n'));
  const yaml = readYaml(clean, problems, lineAndColumn);
  if (yaml === null) throw fail();
  const { racks, check } = readFile(yaml.reader, yaml.top, context);
  reportDuplicates(yaml.reader, racks);
  const targets = racks.flatMap((rack) =>
    rack.sleds.map((sled) => toTarget(rack, sled, fillCommands(yaml.reader, rack, sled))),
  );
  if (problems.length > 0) throw fail();
  return {
    file: fileName,
    racks: racks.map(toRack).sort((a, b) => naturally(a.id, b.id)),
    targets: targets.sort((a, b) => bySled(a.sled, b.sled)),
    check: check && { file: fileName, baseDir: context.baseDir, reader: yaml.reader, value: check },
  };
}

/** What a file holds as far as it could be read. Of `check`, nothing but where it is: no other command needs it. */
interface FileDraft {
  readonly racks: readonly RackDraft[];
  readonly check: Value | null;
}

const EMPTY: FileDraft = { racks: [], check: null };

function readFile(reader: Reader, top: Value, context: InventoryContext): FileDraft {
  if (top.node === null) {
    report(
      reader,
      top.place,
      `found an empty file, allowed is an inventory; make one with: cp inventory.example.yaml inventory.yaml`,
    );
    return EMPTY;
  }
  const values = readKnown(reader, top, keysOf('file'), WHOLE_FILE);
  if (values === null) return EMPTY;
  const version = read(
    reader,
    values.get('version') ?? missing(top, 'version'),
    SECTIONS.file.version.schema,
  );
  // Another version has other keys: every one of them would be an error.
  if (version === undefined && values.has('version')) return EMPTY;
  const defaults = readDefaults(reader, values.get('defaults'), context);
  const items = readList(reader, values.get('racks') ?? missing(top, 'racks'), 'a list of racks');
  if (items?.length === 0) {
    report(
      reader,
      (values.get('racks') ?? top).place,
      'found an empty list, allowed is a list of one or more racks',
    );
  }
  return {
    racks: (items ?? []).flatMap((item) => readRack(reader, item, defaults, context) ?? []),
    check: values.get('check') ?? null,
  };
}

function readDefaults(reader: Reader, value: Value | undefined, context: InventoryContext): Outer {
  const values =
    value && readKnown(reader, value, keysOf('defaults'), 'keys and values such as { user: root }');
  const nothing: Outer = { settings: loginDefaults(context), labels: {}, gateways: [] };
  return values ? readOuter(reader, values, nothing, context) : nothing;
}

function toRack(rack: RackDraft): Rack {
  return {
    id: rack.id?.value ?? '',
    name: rack.name?.value ?? null,
    ...(rack.uuid === undefined ? {} : { uuid: rack.uuid.value }),
    labels: rack.labels,
    gateways: rack.gateways,
  };
}

function toTarget(rack: RackDraft, sled: SledDraft, { settings, gateways }: FilledWay): Target {
  const rackId = rack.id?.value ?? '';
  const name = nameOf(sled)?.value ?? '';
  const isToldByName = sled.host === undefined && rack.tool !== null;
  // Nobody logs in where a tool asks; each sled is a machine of its own all the same.
  const login = { host: sled.host?.value ?? (isToldByName ? name : ''), ...settings };
  return {
    sled: {
      id: `${rackId}/${name}`,
      rack: rackId,
      name,
      serial: sled.serial?.value ?? null,
      cubby: sled.cubby?.value ?? null,
      labels: sled.labels,
      host: isToldByName ? NO_HOST : login.host,
    },
    login,
    gateways,
    ...(rack.tool === null ? {} : { tool: rack.tool }),
  };
}
