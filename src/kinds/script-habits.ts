import {
  UNKNOWN_HABITS,
  UNKNOWN_SCRIPT,
  type PrintHabits,
  type ScriptHabits,
} from '../parse/print-habits.ts';
import { timelessTitle } from '../parse/print-series.ts';

/**
 * How a D script prints its aggregations, as far as its text says: which it empties, and when, which may have equal
 * keys, what it prints together. What the text does not say for certain is not known.
 */
export function scriptHabits(text: string): ScriptHabits {
  const clauses = clausesOf(tokensOf(text));
  if (clauses === null) return UNKNOWN_SCRIPT;
  const all = aggregationsOf(clauses);
  const isHistogram = ({ functions }: Aggregation) => [...functions].some((name) => HISTOGRAMS.has(name));
  const histograms = all.filter(isHistogram);
  const names = new Set(histograms.map(({ name }) => name));
  return {
    histograms: habitsOf(histograms, clauses, names),
    counts: habitsOf(
      all.filter((each) => !isHistogram(each)),
      clauses,
      names,
    ),
  };
}

const HISTOGRAMS: ReadonlySet<string> = new Set(['quantize', 'lquantize', 'llquantize']);

/** A clause without its comments: what is before its brace, and what is within. */
interface Clause {
  readonly head: string;
  readonly body: readonly string[];
}

interface Aggregation {
  /** With its `@`. */
  readonly name: string;
  readonly functions: ReadonlySet<string>;
  /** Each list of keys that it is assigned with. */
  readonly keys: readonly (readonly string[])[];
}

/** Strings, names and single characters, in order; no comments and no lines of the preprocessor. */
function tokensOf(text: string): readonly string[] {
  const program = text.replaceAll(
    /\/\*[^]*?\*\/|("(?:\\.|[^"\\\n])*")/g,
    (_, quoted?: string) => quoted ?? ' ',
  );
  const lines = program.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines.join('\n').match(/"(?:\\.|[^"\\\n])*"|@\w*|[A-Za-z_]\w*|\d\w*|\S/g) ?? [];
}

function clausesOf(tokens: readonly string[]): readonly Clause[] | null {
  const clauses: Clause[] = [];
  let head: string[] = [];
  let body: string[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token === '{' && depth++ === 0) continue;
    if (token === '}' && --depth === 0) {
      clauses.push({ head: head.join(' '), body });
      head = [];
      body = [];
    } else if (depth < 0) return null;
    else if (depth === 0) head.push(token);
    else body.push(token);
  }
  return depth === 0 ? clauses : null;
}

function aggregationsOf(clauses: readonly Clause[]): readonly Aggregation[] {
  const found = new Map<string, { functions: Set<string>; keys: (readonly string[])[] }>();
  for (const { body } of clauses) {
    for (const [i, token] of body.entries()) {
      if (!token.startsWith('@')) continue;
      const list = body[i + 1] === '[' ? listFrom(body, i + 1) : { items: [], next: i + 1 };
      const name = body[list.next + 1];
      if (body[list.next] !== '=' || name === undefined) continue;
      const own = found.get(token) ?? { functions: new Set(), keys: [] };
      own.functions.add(name);
      own.keys.push(list.items);
      found.set(token, own);
    }
  }
  return [...found].map(([name, { functions, keys }]) => ({ name, functions, keys }));
}

/** The items of a list in brackets or parentheses that begins at a token, and where the text goes on. */
function listFrom(
  body: readonly string[],
  at: number,
): { readonly items: readonly string[]; readonly next: number } {
  const items: string[] = [];
  let item: string[] = [];
  let depth = 0;
  for (let i = at; i < body.length; i++) {
    const token = body[i] ?? '';
    const opens = '[('.includes(token);
    if (opens && depth++ === 0) continue;
    if ('])'.includes(token)) depth--;
    if (depth === 0 || (depth === 1 && token === ',')) {
      if (item.length > 0) items.push(item.join(' '));
      item = [];
      if (depth === 0) return { items, next: i + 1 };
    } else item.push(token);
  }
  return { items, next: body.length };
}

/** The arguments of each call of an action in a clause. */
function callsOf({ body }: Clause, action: string): readonly (readonly string[])[] {
  return body.flatMap((token, i) =>
    token === action && body[i + 1] === '(' ? [listFrom(body, i + 1).items] : [],
  );
}

function habitsOf(
  own: readonly Aggregation[],
  clauses: readonly Clause[],
  histograms: ReadonlySet<string>,
): PrintHabits {
  if (own.length === 0) return UNKNOWN_HABITS;
  const names = new Set(own.map(({ name }) => name));
  const prints = clauses.flatMap((clause) =>
    callsOf(clause, 'printa').map((args) => ({ clause, args, names: args.filter((arg) => names.has(arg)) })),
  );
  const shown = prints.filter((print) => print.names.length > 0);
  const repeated = [...names].filter((name) => {
    const of = shown.filter((print) => print.names.includes(name));
    return of.length > 1 || of.some(({ clause }) => !isEnd(clause));
  });
  const widthsOf = (of: readonly Aggregation[]) => [
    ...new Set(of.flatMap(({ keys }) => keys.map(({ length }) => length))),
  ];
  const isEachShown = own.every(({ name }) => shown.some((print) => print.names.includes(name)));
  const besideNumbers = shown.flatMap(({ args }) => {
    const all = args.filter((arg) => arg.startsWith('@'));
    return all.every((arg) => histograms.has(arg)) ? [] : all.filter((arg) => histograms.has(arg));
  });
  return {
    resets: resetsOf(repeated, clauses),
    sharing: Math.max(...own.map((one) => own.filter((other) => mayShareKeys(one, other)).length)),
    jointly: jointlyIn(shown.filter((print) => print.names.length > 1).length),
    withNumbers: widthsOf(own.filter(({ name }) => besideNumbers.includes(name))),
    once: repeated.length === 0,
    inOneClause: isEachShown && new Set(shown.map(({ clause }) => clause)).size === 1,
    titled: isEachShown && areTitled(clauses),
    normalizes: clauses.some((clause) =>
      callsOf(clause, 'normalize').some(([name]) => names.has(name ?? '')),
    ),
    keys: widthsOf(own),
  };
}

/** What prints, as far as a title has to be told from the text before it. */
const PRINTING = new Set(['printf', 'printa', 'print', 'trace', 'tracemem', 'stack', 'ustack', 'jstack']);

/** What `%Y` prints. */
const A_TIME = '2026 Nov 26 12:00:00';

/** Whether each printa comes right after a printf of a line that no other printa has, but for a time in it. */
function areTitled(clauses: readonly Clause[]): boolean {
  const titles = clauses.flatMap((clause) => titlesIn(clause));
  const lines = titles.map((title) => title?.replaceAll('%Y', A_TIME) ?? '%');
  const ids = new Set(lines.map(timelessTitle));
  return ids.size === lines.length && lines.every((line) => /^[^%\\]*\\n$/.test(line));
}

/** What is printed right before each printa of a clause; null where that is not text of its own. */
function titlesIn({ body }: Clause): readonly (string | null)[] {
  const calls = [...body.entries()].filter(([i, token]) => PRINTING.has(token) && body[i + 1] === '(');
  return calls.flatMap(([i, action], n) => {
    if (action !== 'printa') return [];
    const [at, before] = calls[n - 1] ?? [];
    if (at === undefined || before !== 'printf' || body.slice(at, i).includes('if')) return [null];
    const [format = ''] = listFrom(body, at + 1).items;
    const [own = ''] = listFrom(body, i + 1).items;
    const isClosed = own.startsWith('@') || own.endsWith('\\n"');
    return [format.startsWith('"') && isClosed ? format.slice(1, -1) : null];
  });
}

/** With several printa of several aggregations, a place under a line of keys is not always of the same one. */
function jointlyIn(prints: number): PrintHabits['jointly'] {
  return prints > 1 ? null : prints === 1;
}

function isEnd({ head }: Clause): boolean {
  return /^(?:(?:dtrace : : : )?END)$/.test(head);
}

/** When aggregations that are printed more than once are emptied; unknown for those that lose a part. */
function resetsOf(names: readonly string[], clauses: readonly Clause[]): PrintHabits['resets'] {
  const isEmptied = names.map((name) => clauses.some((clause) => resetsIn(clause, name).length > 0));
  if (!isEmptied.includes(true)) return 'never';
  return names.every((name) => isEmptiedEachTime(name, clauses)) ? 'each_print' : 'unknown';
}

function resetsIn(clause: Clause, name: string): readonly (readonly string[])[] {
  return [...callsOf(clause, 'clear'), ...callsOf(clause, 'trunc')].filter(([first]) => first === name);
}

/**
 * Whether each clause that prints it does so once, and empties it then, or another clause for the same firings does.
 * The last print, in END, need not.
 */
function isEmptiedEachTime(name: string, clauses: readonly Clause[]): boolean {
  const isWhole = (clause: Clause) =>
    !clause.body.includes('if') && resetsIn(clause, name).some(({ length }) => length === 1);
  const prints = (clause: Clause) => callsOf(clause, 'printa').filter((args) => args.includes(name)).length;
  const isOnlyEnd = clauses.filter((clause) => isEnd(clause) && prints(clause) > 0).length === 1;
  return clauses.every((clause) => {
    if (prints(clause) === 0) return true;
    if (prints(clause) > 1 || clause.body.includes('if')) return false;
    if (isWhole(clause) || (isEnd(clause) && isOnlyEnd)) return true;
    const others = clauses.filter((each) => each !== clause && each.head === clause.head);
    const isAlone = others.every((each) => prints(each) === 0);
    return !clause.head.includes('/') && isAlone && others.some(isWhole);
  });
}

/** Whether two aggregations can have equal keys: as many, without two different texts in one place. */
function mayShareKeys(one: Aggregation, other: Aggregation): boolean {
  if (one === other) return true;
  return one.keys.some((keys) =>
    other.keys.some(
      (others) =>
        keys.length === others.length && keys.every((key, i) => !areDifferent(key, others[i] ?? '')),
    ),
  );
}

const INTEGERS = new Set(
  'pid ppid tid uid gid cpu id epid timestamp vtimestamp walltimestamp arg0 arg1 arg2 arg3 arg4 arg5 arg6 arg7 arg8 arg9 errno'.split(
    ' ',
  ),
);
const TEXTS = new Set('execname zonename probename probefunc probemod probeprov cwd root'.split(' '));

function areDifferent(key: string, other: string): boolean {
  if (isLiteral(key) && isLiteral(other)) return key !== other;
  return (isText(key) && INTEGERS.has(other)) || (INTEGERS.has(key) && isText(other));
}

function isText(key: string): boolean {
  return TEXTS.has(key) || isLiteral(key);
}

/** One text without escapes, which may write one character in several ways. */
function isLiteral(key: string): boolean {
  return /^"[^"\\]*"$/.test(key);
}

/** The habits that a recording keeps; one of a version that kept none, or that somebody has changed, knows nothing. */
export function recordedHabits(value: unknown): ScriptHabits {
  const { histograms, counts } = isObject(value) ? value : {};
  return { histograms: habitsIn(histograms), counts: habitsIn(counts) };
}

function habitsIn(value: unknown): PrintHabits {
  if (!isObject(value)) return UNKNOWN_HABITS;
  const flag = (name: keyof PrintHabits) => (typeof value[name] === 'boolean' ? value[name] : null);
  const numbers = (name: keyof PrintHabits) => {
    const list = value[name];
    return Array.isArray(list) && list.every((each) => typeof each === 'number') ? list : null;
  };
  const resets = (['never', 'each_print'] as const).find((each) => each === value['resets']);
  return {
    resets: resets ?? 'unknown',
    sharing: typeof value['sharing'] === 'number' ? value['sharing'] : null,
    jointly: flag('jointly'),
    withNumbers: numbers('withNumbers'),
    once: flag('once') ?? false,
    inOneClause: flag('inOneClause') ?? false,
    titled: flag('titled') ?? false,
    normalizes: flag('normalizes') ?? false,
    keys: numbers('keys'),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
