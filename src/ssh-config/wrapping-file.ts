import { FleetError } from '../model/error.ts';
import { sameHost } from '../model/same-host.ts';
import { isReadTwice, type SshConfiguration } from './blocks.ts';
import { type Keyword, isKeyword, ADDING } from './keywords.ts';

/** What the configuration says of a host: of each keyword what is said, and nothing of what is not. */
export type Said = ReadonlyMap<Keyword, readonly string[]>;

/** Values that nobody has, set last: where ssh prints one, the configuration does not say. */
const UNSET: ReadonlyMap<string, string> = new Map<Keyword, string>([
  ['user', 'cruc-unset'],
  ['port', '1'],
  ['identityfile', '/nonexistent/cruc-unset'],
  ['userknownhostsfile', '/nonexistent/cruc-unset'],
  ['globalknownhostsfile', '/nonexistent/cruc-unset'],
  ['serveraliveinterval', '1000003'],
  ['serveralivecountmax', '1000003'],
]);

/** What ssh prints where nothing is set, of keywords whose default is ours too. */
const USUAL: ReadonlyMap<string, string> = new Map<Keyword, string>([
  ['identitiesonly', 'no'],
  ['stricthostkeychecking', 'ask'],
  ['connecttimeout', 'none'],
  ['proxyusefdpass', 'no'],
]);

/**
 * The text of a file for `ssh -F`: it reads the configuration's own files, and then what nobody has. What ssh reads
 * twice must be able to set a value the second time: nothing is unset before.
 */
export function wrappingFile(configuration: SshConfiguration, files: readonly string[]): string {
  return [
    ...files.map((file) => `Include "${file}"`),
    isReadTwice(configuration) ? 'Match final' : 'Host *',
    ...[...UNSET].map(([keyword, value]) => `  ${keyword} ${value}`),
    '',
  ].join('\n');
}

/** Reads what `ssh -G` printed for a host, under the wrapping file. Throws a FleetError `configuration`. */
export function readPrinted(
  printed: string,
  host: string,
  configuration: SshConfiguration,
  home: string,
): Said {
  const said = new Map<Keyword, readonly string[]>();
  for (const line of printed.split(/\r?\n/)) {
    const [, keyword = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (!isKeyword(keyword) || value === UNSET.get(keyword) || value === USUAL.get(keyword)) continue;
    if (keyword === 'hostname' && sameHost(value) === sameHost(host)) continue;
    const before = said.get(keyword);
    if (before === undefined) said.set(keyword, valuesOf(keyword, value, configuration, home));
    else if (ADDING.has(keyword)) said.set(keyword, [...before, value]);
  }
  return said;
}

/** Lists of paths come without the quotes that they had: what is not a path by itself belongs to a path with blanks. */
function valuesOf(
  keyword: Keyword,
  value: string,
  { blocks }: SshConfiguration,
  home: string,
): readonly string[] {
  if (keyword !== 'userknownhostsfile' && keyword !== 'globalknownhostsfile') return [value];
  const paths = value.split(' ');
  if (paths.length === 1 || paths.every((path) => /^[/~]/.test(path))) return paths;
  const written = blocks
    .flatMap(({ lines }) => lines.filter((line) => line.keyword === keyword))
    .map(({ words }) => words.map((word) => word.replace(/^~(?=\/)/, home)));
  const fitting = written.find((words) => words.join(' ') === value);
  if (fitting !== undefined) return fitting;
  throw new FleetError(
    'configuration',
    `ssh gives ${keyword} as ${value}, in which one path cannot be told from the next; leave blanks out of them, or name known_hosts in the inventory`,
  );
}
