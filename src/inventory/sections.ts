import { wholeVersion, type TextSchema } from '../yaml/text-schema.ts';
import {
  command,
  cubbies,
  cubby,
  filePath,
  gatewayWay,
  host,
  rackUuid,
  rackWay,
  rackWord,
  serial,
  sledName,
  template,
  toolCommand,
} from './inventory-schema.ts';
import { LOGIN_KEY_NAMES } from './login-keys.ts';

/** One key of the file that is not about logging in. */
export interface SectionKey {
  /** One line for people; `docs/inventory.md` shows it. */
  readonly help: string;
}

interface TextKey<T> extends SectionKey {
  readonly schema: TextSchema<T>;
}

const GATEWAYS = group('tried in the order of the file; `[]` is a direct connection');
const LABELS = group(
  "for `--label`; a rack's come on top of those of `defaults`, a sled's on top of its rack's",
);

/** The keys of the file, by the place that they stand in. Those of a login can stand in most, beside these. */
export const SECTIONS = {
  file: {
    version: textKey(wholeVersion, 'the format of the file: `1`'),
    defaults: group('what holds for every sled and gateway that does not say otherwise'),
    racks: group('the racks, one or more'),
    check: group('the configuration of `cruc-fleet check`'),
  },
  defaults: { gateways: GATEWAYS, labels: LABELS },
  rack: {
    id: textKey(rackWord, 'for `--rack`; `3` and `03` are the same rack'),
    name: textKey(rackWord, 'another word for `--rack`; may be left out'),
    rack_uuid: textKey(
      rackUuid,
      'its id in the control plane, by which `inventory import` knows it; may be left out',
    ),
    pattern: group('what the sleds of a rack have in common, by their cubbies'),
    sleds: group('its sleds; with a pattern, corrections to it and sleds that it lacks'),
    gateways: GATEWAYS,
    via: textKey(
      rackWay,
      'how its sleds are asked: `ssh`, or by a tool that is not tried on a real rack: `pilot`, `sush`',
    ),
    tool: textKey(
      toolCommand,
      'the command of that tool on the gateways, or here where there are none; without it its name',
    ),
    sush_job: textKey(filePath, 'a file with a signed job, for `via: sush`'),
    labels: LABELS,
  },
  pattern: {
    cubbies: textKey(cubbies, 'the cubbies that have a sled, such as `0-9,11-31`'),
    host: textKey(template, 'the host of each, with `{cubby}` in it'),
    serial: textKey(template, 'the serial of each; may be left out'),
    name: textKey(template, 'the name of each; may be left out'),
  },
  sled: {
    cubby: textKey(cubby, '0 to 31; a sled has a cubby, a serial or a name, or several of them'),
    serial: textKey(serial, 'without its part number'),
    name: textKey(sledName, 'what it goes by; else it goes by its serial, else by its cubby: `sled0`'),
    host: textKey(host, 'a name, an IPv4 or an IPv6 address'),
    gateways: GATEWAYS,
    labels: LABELS,
  },
  gateway: {
    host: textKey(host, 'a name, an IPv4 or an IPv6 address'),
    via: textKey(
      gatewayWay,
      'how it leads to a sled: `forward`, `exec` (a command that runs on it), or `auto`: the second where the first is prohibited',
    ),
    command: textKey(
      command,
      'what runs on it for `exec`; without it `nc`, in the form that the gateway has',
    ),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SectionKey>>>>;

export type Section = keyof typeof SECTIONS;

/** The places that can say how to log in. */
export const LOGIN_SECTIONS: readonly Section[] = ['defaults', 'rack', 'sled', 'gateway'];

/** The names of all keys that may stand in a place, in the order in which an error lists them. */
export function keysOf(section: Section): readonly string[] {
  const own = Object.keys(SECTIONS[section]);
  if (!LOGIN_SECTIONS.includes(section)) return own;
  return section === 'defaults' ? [...LOGIN_KEY_NAMES, ...own] : [...own, ...LOGIN_KEY_NAMES];
}

function textKey<T>(schema: TextSchema<T>, help: string): TextKey<T> {
  return { schema, help };
}

/** A key that holds a list, or keys and values. */
function group(help: string): SectionKey {
  return { help };
}
