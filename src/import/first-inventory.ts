import { isIPv6 } from 'node:net';
import { yamlWord } from '../yaml/edits.ts';

/** What a first inventory is made of. */
export interface FirstRack {
  readonly id: string;
  /** As they are written: `0-31`. */
  readonly cubbiesText: string;
  readonly cubbies: readonly number[];
  readonly hosts: FirstHosts;
  readonly gateways: readonly string[];
}

/** Where its sleds are: by the /64 of the first cubby, or by a pattern that somebody gave. */
export type FirstHosts =
  | { readonly by: 'prefix'; readonly prefix: SledPrefix }
  | { readonly by: 'pattern'; readonly pattern: string };

/** A /64: the first three groups of its addresses, and the fourth as a number. */
export interface SledPrefix {
  readonly text: string;
  readonly site: string;
  readonly subnet: number;
}

/** `fd00:1122:3344:101::/64` with nothing but 0 behind the prefix; null for any other text. */
export function parseSledPrefix(text: string): SledPrefix | null {
  const address = /^(.+)\/64$/.exec(text.trim())?.[1];
  if (address === undefined || !isIPv6(address) || /[%.]/.test(address)) return null;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...before,
    ...Array.from({ length: 8 - before.length - after.length }, () => '0'),
    ...after,
  ];
  const numbers = groups.map((group) => Number.parseInt(group, 16));
  if (numbers.length !== 8 || numbers.slice(4).some((number) => number !== 0)) return null;
  const site = numbers
    .slice(0, 3)
    .map((number) => number.toString(16))
    .join(':');
  const subnet = numbers[3] ?? 0;
  return { text: `${site}:${subnet.toString(16)}::/64`, site, subnet };
}

/** Whether every cubby has a /64 of its own behind the first one's. */
export function holdsCubbies({ subnet }: SledPrefix, cubbies: readonly number[]): boolean {
  const first = Math.min(...cubbies);
  return subnet + Math.max(...cubbies) - first <= 0xffff;
}

/** The text of an inventory with one rack, which says in a comment what it takes for granted. */
export function firstInventory({ id, cubbiesText, cubbies, hosts, gateways }: FirstRack): string {
  return [
    '# Made by `cruc-fleet inventory init`. `cruc-fleet inventory check` says what it means.',
    'version: 1',
    'racks:',
    `  - id: ${yamlWord(id)}`,
    ...(gateways.length === 0
      ? []
      : [`    gateways: [${gateways.map((each) => yamlWord(each)).join(', ')}]`]),
    ...takenForGranted(hosts, cubbies).map((line) => `    # ${line}`),
    '    pattern:',
    `      cubbies: ${cubbiesText}`,
    `      host: '${hosts.by === 'pattern' ? hosts.pattern.replaceAll("'", "''") : patternOf(hosts.prefix, cubbies)}'`,
    '',
  ].join('\n');
}

/** What nobody has told and the file says all the same; nothing where a pattern was given. */
export function takenForGranted(hosts: FirstHosts, cubbies: readonly number[]): readonly string[] {
  if (hosts.by === 'pattern' || cubbies.length < 2) return [];
  const first = Math.min(...cubbies);
  return [
    `Which cubby has which /64 is not known from a prefix. Here cubby ${first} has ${hosts.prefix.text}, cubby ${first + 1} the`,
    'next one, and so on. Compare with `omdb db sleds`: `cruc-fleet inventory import` writes what it says.',
  ];
}

/** The global zone of a sled has the first address of its /64. */
function patternOf({ site, subnet }: SledPrefix, cubbies: readonly number[]): string {
  const offset = subnet - Math.min(...cubbies);
  const shift = offset === 0 ? '' : offset > 0 ? `+0x${offset.toString(16)}` : `-${-offset}`;
  return `${site}:{cubby${shift}:x}::1`;
}
