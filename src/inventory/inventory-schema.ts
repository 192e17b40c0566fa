import { parseDuration } from '../model/duration.ts';
import { parseNumberSet } from '../model/number-set.ts';
import {
  AUTH_METHODS,
  GATEWAY_WAYS,
  RACK_TOOLS,
  type AuthMethod,
  type GatewayWay,
  type HostKeyPolicy,
  type RackTool,
} from '../model/target.ts';
import { isPath } from '../yaml/file-path.ts';
import { parseHost } from '../yaml/host.ts';
import { listOf, text, whole, type TextSchema } from '../yaml/text-schema.ts';
import { isUser, parseDestination, type Destination } from './address.ts';
import { COMMAND, isCommand } from './command-template.ts';
import { parseTemplate, PLACEHOLDERS, type Template } from './pattern.ts';
import { isRackWord, isSledWord, MAX_CUBBY, RACK_WORD, SLED_WORD } from './words.ts';

const MAX_DURATION_MS = 3_600_000;
const AUTH_WORDS = `one or more of ${AUTH_METHODS.join(', ')}`;
const LABEL_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

export const rackWord = text(RACK_WORD, (t) => (isRackWord(t) ? t : undefined));
export const sledName = text(SLED_WORD, (t) => (isSledWord(t) ? t : undefined));
export const serial = text(`a serial without its part number: ${SLED_WORD}`, (t) =>
  isSledWord(t) ? t : undefined,
);
export const cubby = whole(0, MAX_CUBBY);

export const host = text(
  'a host name, an IPv4 or an IPv6 address, without a port and, if it has brackets, in quotes',
  (t) => parseHost(t) ?? undefined,
);

export const destination: TextSchema<Destination> = text(
  '[user@]host[:port], or keys and values with a host; an address in brackets is quoted',
  (t) => parseDestination(t) ?? undefined,
);

export const labelKey = text('letters, digits, ".", "_", "/" and "-"', (t) =>
  LABEL_KEY.test(t) ? t : undefined,
);
export const labelValue = text(
  'one line without a comma',
  (t) => (/[,\p{Cc}]/u.test(t) ? undefined : t),
  'may be empty',
);

export const cubbies = text(
  `cubbies from 0 to ${MAX_CUBBY} such as 0-31 or "0-7,9,14-31"`,
  (t) => parseNumberSet(t, 0, MAX_CUBBY) ?? undefined,
);

export const template: TextSchema<Template> = text(`a text with ${PLACEHOLDERS}`, (t) => {
  const parsed = parseTemplate(t);
  return parsed?.varies === true ? parsed : undefined;
});

export const userName = text('a login name, or $USER for the name of whoever runs cruc-fleet', (t) =>
  isUser(t) ? t : undefined,
);

export const agentSocket = text("the path of an agent's socket, $SSH_AUTH_SOCK or none", (t) =>
  isPath(t) && (!t.startsWith('$') || t === '$SSH_AUTH_SOCK') ? t : undefined,
);

export const hostKeysFile = text('a path, or $XDG_STATE_HOME/cruc-fleet/host_keys', (t) =>
  isPath(t) && (!t.startsWith('$') || t === '$XDG_STATE_HOME/cruc-fleet/host_keys') ? t : undefined,
);

export const hostKeyPolicy = text('strict, accept-new or off', (t): HostKeyPolicy | undefined =>
  t === 'strict' || t === 'accept-new' || t === 'off' ? t : undefined,
);

export const authMethods: TextSchema<readonly AuthMethod[]> = listOf(
  text(AUTH_WORDS, (t) => AUTH_METHODS.find((method) => method === t)),
  AUTH_WORDS,
);

export const command = text(COMMAND, (t) => (isCommand(t) ? t : undefined));

/** None is null. */
export const aliasOrNone = text(
  'a host name, or none',
  (t): { readonly alias: string | null } | undefined => {
    if (t === 'none') return { alias: null };
    return /^[^\s,*?!|#@[\]]+$/.test(t) ? { alias: t } : undefined;
  },
);

/** None is null. */
export const commandOrNone = text(
  `${COMMAND}; or none`,
  (t): { readonly command: string | null } | undefined => {
    if (t === 'none') return { command: null };
    return isCommand(t) ? { command: t } : undefined;
  },
);

export const gatewayWay = text(`one of ${GATEWAY_WAYS.join(', ')}`, (t): GatewayWay | undefined =>
  GATEWAY_WAYS.find((way) => way === t),
);

const RACK_WAYS = ['ssh', ...RACK_TOOLS] as const;

export const rackWay = text(`one of ${RACK_WAYS.join(', ')}`, (t): 'ssh' | RackTool['name'] | undefined =>
  RACK_WAYS.find((way) => way === t),
);

export const toolCommand = text('a command on one line', (t) =>
  t.trim() === '' || /\p{Cc}/u.test(t) ? undefined : t,
);

export const filePath = path('the path of a file');

export const durationAboveZero = text('a duration up to 1h, such as 10s or 1m30s', (t) => {
  const ms = parseDuration(t);
  return ms !== null && ms > 0 && ms <= MAX_DURATION_MS ? ms : undefined;
});

/** Off is 0. */
export const durationOrOff = text('a duration up to 1h such as 10s, or off', (t) => {
  const ms = t === 'off' ? 0 : parseDuration(t);
  return ms !== null && ms <= MAX_DURATION_MS ? ms : undefined;
});

/** A list of paths; one alone needs no list. */
export function paths(allowed: string): TextSchema<readonly string[]> {
  return listOf(path(allowed), allowed, 'may be empty');
}

/** As `paths`, and not empty. */
export function somePaths(allowed: string): TextSchema<readonly string[]> {
  return listOf(path(allowed), allowed);
}

function path(allowed: string): TextSchema<string> {
  return text(allowed, (t) => (isPath(t) ? t : undefined));
}
