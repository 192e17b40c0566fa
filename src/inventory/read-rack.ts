import type { Gateway, RackTool } from '../model/target.ts';
import type { InventoryContext } from './inventory.ts';
import type { Template } from './pattern.ts';
import type { Found, Place } from '../yaml/problem.ts';
import type { TextSchema } from '../yaml/text-schema.ts';
import { readLogin, withGiven, type LoginSettings } from './login-keys.ts';
import { readGateways } from './read-gateways.ts';
import { readLabels } from './read-labels.ts';
import { readTool, reportUntold } from './read-tool.ts';
import { keysOf, SECTIONS } from './sections.ts';
import {
  missing,
  read,
  readKnown,
  readList,
  report,
  shown,
  type Reader,
  type Value,
} from '../yaml/yaml-reader.ts';

const { rack: RACK, pattern: PATTERN, sled: SLED } = SECTIONS;

/** What holds for everything inside: the file's defaults, or a rack's with the defaults under them. */
export interface Outer {
  readonly settings: LoginSettings;
  readonly labels: Readonly<Record<string, string>>;
  readonly gateways: readonly Gateway[];
}

/** A sled as far as its entry could be read. Duplicates are looked for among these, valid or not. */
export interface SledDraft extends Outer {
  readonly place: Place;
  readonly cubby: Found<number> | undefined;
  readonly serial: Found<string> | undefined;
  readonly name: Found<string> | undefined;
  readonly host: Found<string> | undefined;
}

export interface RackDraft extends Outer {
  readonly id: Found<string> | undefined;
  readonly name: Found<string> | undefined;
  readonly uuid: Found<string> | undefined;
  /** Asks its sleds, whose hosts then need not be known. */
  readonly tool: RackTool | null;
  readonly sleds: readonly SledDraft[];
}

type Pattern = { readonly cubbies: Found<readonly number[]> | undefined } & {
  readonly [K in 'host' | 'serial' | 'name']: (cubby: number) => Found<string> | undefined;
};

/** Reads one rack, its pattern and its sleds. */
export function readRack(
  reader: Reader,
  value: Value,
  outer: Outer,
  context: InventoryContext,
): RackDraft | null {
  const values = readKnown(reader, value, keysOf('rack'), 'a rack: keys and values with an id and sleds');
  if (values === null) return null;
  const rack = readOuter(reader, values, outer, context);
  const id = read(reader, values.get('id') ?? missing(value, 'id'), RACK.id.schema);
  const name = read(reader, values.get('name'), RACK.name.schema);
  const uuid = read(reader, values.get('rack_uuid'), RACK.rack_uuid.schema);
  const tool = readTool(reader, values, context);
  const patternValue = values.get('pattern');
  const sledsValue = values.get('sleds');
  const pattern = patternValue === undefined ? null : readPattern(reader, patternValue, tool);
  const items = sledsValue === undefined ? [] : readList(reader, sledsValue, 'a list of sleds');
  if (patternValue === undefined && items?.length === 0) {
    report(
      reader,
      sledsValue?.place ?? missing(value, 'sleds').place,
      'found no sleds, allowed is a list of sleds or a pattern',
    );
  }
  const entries = (items ?? []).flatMap(
    (item) => readSled(reader, item, { ...rack, tool }, pattern, context) ?? [],
  );
  const named = new Set(entries.map((entry) => entry.cubby?.value));
  const filled = (pattern?.cubbies?.value ?? [])
    .filter((n) => !named.has(n))
    .map((n) => fillSled(rack, pattern, n));
  return { ...rack, id, name, uuid, tool, sleds: [...entries, ...filled.filter((sled) => sled !== null)] };
}

/** The settings, labels and gateways among the values of a mapping, over those around it. */
export function readOuter(
  reader: Reader,
  values: ReadonlyMap<string, Value>,
  outer: Outer,
  context: InventoryContext,
): Outer {
  const own = readLogin(reader, values, context);
  const settings = withGiven(outer.settings, own);
  const labels = readLabels(reader, values.get('labels'), outer.labels);
  const gateways = readGateways(reader, values.get('gateways'), settings, context);
  const hasCommand = typeof own.proxyCommand === 'string';
  const hasGateways = gateways !== undefined && gateways.length > 0;
  if (hasCommand && hasGateways) {
    const place = values.get('proxy_command')?.place ?? { path: '', offset: 0 };
    report(
      reader,
      place,
      'found a proxy_command beside gateways, allowed is one of them; a gateway can have a proxy_command itself',
    );
  }
  const saysWay = own.proxyCommand !== undefined || gateways !== undefined;
  const way = saysWay ? { ...settings.origins, way: 'inventory' as const } : settings.origins;
  // The nearest of the two ways holds.
  const { proxyCommand } = hasGateways ? { proxyCommand: null } : settings;
  return {
    settings: { ...settings, proxyCommand, origins: way },
    labels,
    gateways: gateways ?? (hasCommand ? [] : outer.gateways),
  };
}

function readSled(
  reader: Reader,
  value: Value,
  rack: Outer & Pick<RackDraft, 'tool'>,
  pattern: Pattern | null,
  context: InventoryContext,
): SledDraft | null {
  const values = readKnown(reader, value, keysOf('sled'), 'a sled such as { cubby: 14, host: "fd00::1" }');
  if (values === null) return null;
  const number = read(reader, values.get('cubby'), SLED.cubby.schema);
  const n = number?.value;
  const fill = (key: 'serial' | 'name' | 'host') => (n === undefined ? undefined : pattern?.[key](n));
  const entry: SledDraft = {
    ...readOuter(reader, values, rack, context),
    place: value.place,
    cubby: number,
    serial: read(reader, values.get('serial'), SLED.serial.schema) ?? fill('serial'),
    name: read(reader, values.get('name'), SLED.name.schema) ?? fill('name'),
    host: read(reader, values.get('host'), SLED.host.schema) ?? fill('host'),
  };
  reportUntold(reader, rack.tool, { place: value.place, values, filled: entry });
  if (!['cubby', 'serial', 'name'].some((key) => values.has(key))) {
    report(
      reader,
      value.place,
      'found no cubby, serial or name, allowed is a sled with at least one of them',
    );
  }
  if (entry.host === undefined && !values.has('host') && rack.tool === null) {
    if (pattern === null) read(reader, missing(value, 'host'), SLED.host.schema);
    else if (!values.has('cubby')) {
      report(
        reader,
        missing(value, 'host').place,
        'found nothing, allowed is a host, or a cubby for which the pattern gives one',
      );
    }
  }
  return entry;
}

function readPattern(reader: Reader, value: Value, tool: RackTool | null): Pattern | null {
  const values = readKnown(
    reader,
    value,
    keysOf('pattern'),
    'a pattern: keys and values with cubbies and a host',
  );
  if (values === null) return null;
  // Its cubbies are there, or are reported.
  reportUntold(reader, tool, { place: value.place, values, filled: { cubby: true, serial: undefined } });
  const hostless = tool === null ? missing(value, 'host') : undefined;
  return {
    cubbies: read(reader, values.get('cubbies') ?? missing(value, 'cubbies'), PATTERN.cubbies.schema),
    host: filler(reader, values.get('host') ?? hostless, PATTERN.host.schema, SLED.host.schema),
    serial: filler(reader, values.get('serial'), PATTERN.serial.schema, SLED.serial.schema),
    name: filler(reader, values.get('name'), PATTERN.name.schema, SLED.name.schema),
  };
}

/** Fills in a template for a cubby. The first text that is not allowed is reported, the others are left out with it. */
function filler(
  reader: Reader,
  value: Value | undefined,
  template: TextSchema<Template>,
  schema: TextSchema<string>,
): (cubby: number) => Found<string> | undefined {
  const found: Found<Template> | undefined = read(reader, value, template);
  let reported = false;
  return (n) => {
    if (found === undefined) return undefined;
    const text = found.value.fill(n);
    const fit = schema.fit(text);
    if (fit.fits) return { value: fit.value, place: found.place };
    if (!reported) {
      const allowed = fit.misfits[0]?.allowed ?? '';
      report(
        reader,
        found.place,
        `found a pattern that gives ${shown(text)} for cubby ${n}, allowed is ${allowed}`,
      );
    }
    reported = true;
    return undefined;
  };
}

function fillSled(rack: Outer, pattern: Pattern | null, n: number): SledDraft | null {
  if (pattern?.cubbies === undefined) return null;
  const { place } = pattern.cubbies;
  return {
    ...rack,
    place,
    cubby: { value: n, place },
    serial: pattern.serial(n),
    name: pattern.name(n),
    host: pattern.host(n),
  };
}
