import { eachLine } from '../parse/lines.ts';
import { onOneLine } from '../model/printable.ts';
import type { Fact, FactOf, Index } from './fact.ts';
import { endpointIn, endpointText, uuidIn } from './values.ts';

/** What the client of one downstairs logged of its connection while its process was traced. */
export interface Attempts {
  readonly pid: number;
  /** Null where the messages do not say it. */
  readonly session: string | null;
  readonly index: Index;
  /** `[address]:port`, where it named one. */
  readonly address: string | null;
  /** How often it began to connect. */
  readonly tries: number;
  /** What became of it at last: an error's own words, bounded and printable; null where no message says it. */
  readonly outcome:
    | { readonly kind: 'refused' | 'timeout' | 'failed'; readonly words: string }
    | { readonly kind: 'connected' }
    | null;
}

/** What a trace of slog told of some processes. */
export interface SlogReading {
  readonly attempts: readonly Attempts[];
  /** The program ran to its end. */
  readonly isEnded: boolean;
  readonly issues: readonly string[];
}

const LINE = /^slog=(\d+) client=(\S+) session=(\S+) level=\S+ message=(.*)$/;
const ENDED = /^slog_ended messages=\d+ connections=(\d+)$/;
const MOST_WORDS = 160;

/** Reads what `slog.d` printed, among other lines. Never throws: a message that it does not know tells nothing. */
export function readSlog(stdout: string): SlogReading {
  const found = new Map<string, Attempts>();
  const issues: string[] = [];
  let isEnded = false;
  for (const { line } of eachLine(stdout)) {
    const [, all] = ENDED.exec(line) ?? [];
    if (all !== undefined) {
      isEnded = true;
      if (Number(all) > 200) issues.push(`${all} messages about connections, and the first 200 were read`);
      continue;
    }
    const [, pid, client = '', session = '', message = ''] = LINE.exec(line) ?? [];
    const index = indexIn(client);
    if (pid === undefined || index === null) continue;
    const key = `${pid} ${session} ${index}`;
    const before = found.get(key) ?? {
      pid: Number(pid),
      session: uuidIn(session),
      index,
      address: null,
      tries: 0,
      outcome: null,
    };
    found.set(key, withMessage(before, decoded(message)));
  }
  return { attempts: [...found.values()], isEnded, issues };
}

/** Facts of the downstairs that could not be connected: index and address of exactly those. */
export function attemptFacts(attempts: readonly Attempts[], upstairsId: string): readonly Fact[] {
  const failing = attempts.filter(
    ({ address, outcome }) => address !== null && outcome?.kind !== 'connected',
  );
  const of = (index: Index): string | null => failing.find((each) => each.index === index)?.address ?? null;
  const targets: FactOf<'upstairs'>['targets'] = [of(0), of(1), of(2)];
  if (targets.every((target) => target === null)) return [];
  return [
    {
      kind: 'upstairs',
      id: upstairsId,
      disk: null,
      isParent: false,
      extents: null,
      generation: null,
      targets,
      session: failing[0]?.session ?? null,
      regions: [null, null, null],
      states: [null, null, null],
      replaced: null,
    },
  ];
}

function indexIn(client: string): Index | null {
  switch (client) {
    case '0':
      return 0;
    case '1':
      return 1;
    case '2':
      return 2;
    default:
      return null;
  }
}

/** D leaves the escapes of JSON as they are; a message that was cut may end in a part of one. */
function decoded(text: string): string {
  return (
    textOfJson(text) ?? textOfJson(text.replace(/\\(?:u[0-9a-f]{0,3})?$/i, '')) ?? text.replaceAll('\\', '')
  );
}

function textOfJson(inside: string): string | null {
  try {
    const value: unknown = JSON.parse(`"${inside}"`);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function withMessage(before: Attempts, message: string): Attempts {
  const [, began] = /\bconnecting to (\S+)/.exec(message) ?? [];
  if (began !== undefined) {
    return { ...before, address: addressIn(began) ?? before.address, tries: before.tries + 1 };
  }
  if (/\bconnect timeout\b/.test(message))
    return { ...before, outcome: { kind: 'timeout', words: 'connect timeout' } };
  const [, address, error] = /\bconnect to (\S+) failure: (.*)$/s.exec(message) ?? [];
  if (address !== undefined && error !== undefined) {
    const words = wordsOf(error);
    const kind = /refused/i.test(words) ? 'refused' : 'failed';
    return { ...before, address: addressIn(address) ?? before.address, outcome: { kind, words } };
  }
  if (/\bds_connection connected\b/.test(message)) return { ...before, outcome: { kind: 'connected' } };
  return before;
}

/** Rust's way of writing an error of the system, in that system's own words. */
function wordsOf(error: string): string {
  const [, own] = /\bmessage: "([^"]*)"/.exec(error) ?? [];
  return onOneLine(own ?? error).slice(0, MOST_WORDS);
}

function addressIn(word: string): string | null {
  const endpoint = endpointIn(word);
  return endpoint === null ? null : endpointText(endpoint);
}
