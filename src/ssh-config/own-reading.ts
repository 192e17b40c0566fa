import { parseDuration } from '../model/duration.ts';
import { FleetError } from '../model/error.ts';
import { mayHold, isRelevant, type Block, type SshConfiguration } from './blocks.ts';
import { type ConfigLine, placeOf } from './config-line.ts';
import { matchesPatterns } from './host-patterns.ts';
import { hostToken, type Question, type SettingsContext } from './host-settings.ts';
import { ADDING, isKeyword, OTHER_KEYWORDS, type Keyword } from './keywords.ts';
import { expandHome, expandTokens } from './tokens.ts';
import type { Said } from './wrapping-file.ts';

/**
 * Reads what the configuration says of a host where OpenSSH is not installed: `Host` blocks, `Include` and the keywords
 * that we use. Throws a FleetError `configuration`, with file and line, for what only ssh can tell.
 */
export function readWithoutSsh(
  configuration: SshConfiguration,
  asked: Question,
  context: SettingsContext,
): Said {
  refuse(configuration);
  const raw = new Map<Keyword, readonly ConfigLine[]>();
  for (const block of configuration.blocks) {
    if (!holds(block, asked.host)) continue;
    for (const line of block.lines) {
      const { keyword } = line;
      if (!isKeyword(keyword)) continue;
      // Of the two ways the first one holds; that there is no jump keeps no command away.
      if (keyword === 'proxyjump' && raw.has('proxycommand')) continue;
      if (keyword === 'proxycommand' && (raw.get('proxyjump')?.[0]?.words[0] ?? 'none') !== 'none') continue;
      if (!raw.has(keyword)) raw.set(keyword, [line]);
      else if (ADDING.has(keyword)) raw.set(keyword, [...(raw.get(keyword) ?? []), line]);
    }
  }
  const name = raw.get('hostname')?.[0]?.words[0];
  const tokens = {
    h: hostToken(name === undefined ? asked.host : expandTokens(name, 'HostName', { h: asked.host })),
    n: asked.host,
    p: String(asked.saysPort ? asked.login.port : (raw.get('port')?.[0]?.words[0] ?? asked.login.port)),
    r: asked.saysUser ? asked.login.user : (raw.get('user')?.[0]?.words[0] ?? asked.login.user),
    d: context.home,
    u: context.user,
  };
  const said = new Map<Keyword, readonly string[]>();
  for (const [keyword, lines] of raw) {
    const values = lines.flatMap((line) => valuesOf(keyword, line, tokens, context.home));
    if (values.length > 0) said.set(keyword, [...new Set(values)]);
  }
  if (asked.saysUser) said.set('user', [asked.login.user]);
  if (asked.saysPort) said.set('port', [String(asked.login.port)]);
  return said;
}

/** As ssh would print it. */
function valuesOf(
  keyword: Keyword,
  line: ConfigLine,
  tokens: Readonly<Record<string, string>>,
  home: string,
): readonly string[] {
  const [first] = line.words;
  if (first === undefined) throw wrong(line, 'a value');
  switch (keyword) {
    case 'hostname':
      return [tokens['h'] ?? first];
    case 'port':
      if (/^\d{1,5}$/.test(first) && Number(first) >= 1 && Number(first) <= 65_535) return [first];
      throw wrong(line, 'a port from 1 to 65535');
    case 'userknownhostsfile':
    case 'globalknownhostsfile':
      return line.words.map((word) => expandHome(expandTokens(word, keyword, tokens), keyword, home));
    case 'identityagent':
      return [expandHome(expandTokens(first, keyword, tokens), keyword, home)];
    case 'connecttimeout':
    case 'serveraliveinterval': {
      if (first === 'none') return keyword === 'connecttimeout' ? [] : ['0'];
      const ms = parseDuration(first);
      if (ms === null) throw wrong(line, 'a time such as 10 or 1m');
      return [String(Math.round(ms / 1000))];
    }
    case 'serveralivecountmax':
      if (/^\d{1,6}$/.test(first)) return [first];
      throw wrong(line, 'a number');
    case 'identitiesonly':
    case 'proxyusefdpass':
      if (/^(yes|no|true|false)$/.test(first)) return [/^(yes|true)$/.test(first) ? 'yes' : 'no'];
      throw wrong(line, 'yes or no');
    case 'stricthostkeychecking':
      if (/^(yes|no|off|ask|accept-new|true|false)$/.test(first)) return [first];
      throw wrong(line, 'yes, no, ask, off or accept-new');
    case 'proxycommand':
      return line.rest === 'none' ? [] : [line.rest];
    case 'proxyjump':
      return first === 'none' ? [] : [first];
    case 'hostkeyalias':
      return [first.toLowerCase()];
    case 'user':
    case 'identityfile':
    case 'certificatefile':
      return [first];
  }
}

function holds(block: Block, host: string): boolean {
  if (!mayHold(block, host)) return false;
  const decider = block.conditions.find(({ keyword, rest }) => keyword === 'match' && !isAll(rest));
  if (decider === undefined) return true;
  if (!isRelevant(block)) return false;
  throw needsSsh(`${placeOf(decider)}: Match ${decider.rest}`);
}

function isAll(rest: string): boolean {
  return /^all$/i.test(rest);
}

function refuse({ blocks, hasUnread }: SshConfiguration): void {
  if (hasUnread) throw needsSsh('an Include with brackets, variables or tokens');
  const lines = blocks.flatMap((block) => block.lines);
  const ignored = lines.find(({ keyword }) => keyword === 'ignoreunknown')?.rest.split(/[\s,]+/) ?? [];
  for (const line of lines) {
    const { keyword, rest } = line;
    if (keyword === 'canonicalizehostname' && !/^no$/i.test(rest)) {
      throw needsSsh(`${placeOf(line)}: CanonicalizeHostname`);
    }
    const isKnown = isKeyword(keyword) || keyword === 'canonicalizehostname' || OTHER_KEYWORDS.has(keyword);
    if (isKnown || matchesPatterns(ignored, keyword)) continue;
    const message = `${placeOf(line)}: found the keyword ${keyword}, which is not known here; fix it, put it under IgnoreUnknown, or leave the file out with -F none`;
    throw new FleetError('configuration', message);
  }
}

function needsSsh(what: string): FleetError {
  return new FleetError(
    'configuration',
    `${what} can be followed only by OpenSSH's ssh, which is not installed; install it, or leave the configuration out with -F none`,
  );
}

function wrong(line: ConfigLine, allowed: string): FleetError {
  const found = line.rest === '' ? 'nothing' : line.rest;
  return new FleetError(
    'configuration',
    `${placeOf(line)}: ${line.keyword}: found ${found}, allowed is ${allowed}`,
  );
}
