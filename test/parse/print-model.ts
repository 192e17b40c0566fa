import { createRandom, type Random } from '../../src/simulator/random.ts';
import {
  drawLlquantize,
  drawLquantize,
  drawQuantize,
  llquantizeBounds,
  QUANTIZE_LABELS,
} from './draw-histogram.ts';

/**
 * A model of how dtrace prints aggregations, written from the description of its output and from nothing of
 * src/parse: a random script with what it prints, and what it counted.
 */
export interface ModelRun {
  /** The script, as D. */
  readonly script: string;
  readonly text: string;
  readonly printed: readonly ModelPrint[];
}

/** One key of one aggregation, as it was printed once. */
export interface ModelPrint {
  /** Those of one aggregation and key are equal. */
  readonly of: string;
  /** As a reader has to name them. */
  readonly keys: Readonly<Record<string, string | number>>;
  readonly kind: Kind;
  /** Counts by their lower bound (of quantize's negative ones the upper); of a number, itself under `value`. */
  readonly counts: ReadonlyMap<string, bigint>;
  /** How often it was emptied before. */
  readonly epoch: number;
  /** The line of text before it. */
  readonly title: string | null;
  /** What the printa showed together: another may show it too. */
  readonly printa: string;
}

type Kind = 'quantize' | 'lquantize' | 'llquantize' | 'count';

/** A key as dtrace prints it: an integer of four or eight bytes, or a text. */
type Key =
  | { readonly type: 'int4' | 'int8'; readonly value: number }
  | { readonly type: 'text'; readonly value: string };

interface Entry {
  readonly keys: readonly Key[];
  readonly counts: bigint[];
  epoch: number;
}

interface Aggregation {
  readonly name: string;
  readonly kind: Kind;
  /** D of each key. */
  readonly expressions: readonly string[];
  readonly pools: readonly (readonly Key[])[];
  readonly entries: Map<string, Entry>;
  /** Emptied how often, keys that are not there any more included. */
  epochs: Map<string, number>;
  normal: bigint;
  printed: boolean;
}

const LEVELS = 10;
const LOG_BOUNDS = llquantizeBounds(10, 0, 3, 20);

const TEXTS = ['read', 'write', 'a  key with blanks', 'größe µs', '652', '007', 'long'.repeat(15), '', ' b'];
const NUMBERS = [652, 763, 1, 12];

const text = (value: string): Key => ({ type: 'text', value });

/** What a key may be: its D and its values. */
function keyOf(random: Random): { readonly expression: string; readonly pool: readonly Key[] } {
  switch (random.below(5)) {
    case 0:
      return { expression: 'pid', pool: NUMBERS.map((value) => ({ type: 'int4', value })) };
    case 1:
      return { expression: 'arg1', pool: NUMBERS.map((value) => ({ type: 'int8', value })) };
    case 2: {
      const value = TEXTS[random.below(3)]!;
      return { expression: `"${value}"`, pool: [text(value)] };
    }
    default:
      return { expression: 'probename', pool: TEXTS.map(text) };
  }
}

export function randomRun(seed: number): ModelRun {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
  const shared = Array.from({ length: random.below(3) }, () => keyOf(random));
  const aggregations = Array.from({ length: 1 + random.below(3) }, (_, i): Aggregation => {
    const keys =
      random.below(2) === 0 ? shared : Array.from({ length: random.below(3) }, () => keyOf(random));
    return {
      name: i === 0 ? '@' : `@a${i}`,
      kind: pick(['quantize', 'quantize', 'lquantize', 'llquantize', 'count']),
      expressions: keys.map(({ expression }) => expression),
      pools: keys.map(({ pool }) => pool),
      entries: new Map(),
      epochs: new Map(),
      normal: 1n,
      printed: false,
    };
  });
  const world = createWorld(random);
  const clauses = randomClauses(random, aggregations);
  const ticks = clauses.length === 0 ? 0 : 1 + random.below(4);
  const quiet = random.below(2) === 0;
  const lines = quiet ? [] : ['CPU     ID                    FUNCTION:NAME\n'];
  const record = (probe: string, print: () => string): void => {
    const printed = print();
    const prefix = `${String(random.below(8)).padStart(3)} ${'80003'.padStart(6)} ${`:${probe}`.padStart(32)} `;
    lines.push(quiet ? printed : `${prefix}${printed}\n`);
  };
  for (let tick = 0; tick < ticks; tick++) {
    for (const each of aggregations) world.count(each);
    for (const clause of clauses) {
      if (clause.every > 1 && tick % clause.every !== 0) continue;
      if (clause.probe === 'END') continue;
      record(clause.probe, () => clause.statements.map((statement) => world.run(statement)).join(''));
    }
  }
  for (const each of aggregations) world.count(each);
  for (const clause of clauses) {
    if (clause.probe !== 'END') continue;
    record('END', () => clause.statements.map((statement) => world.run(statement)).join(''));
  }
  lines.push('\n');
  for (const each of aggregations) if (!each.printed) lines.push(world.automatic(each));
  return { script: scriptOf(aggregations, clauses, quiet), text: lines.join(''), printed: world.printed };
}

type Statement =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'printa'; readonly format: Format | null; readonly of: readonly Aggregation[] }
  | { readonly kind: 'clear' | 'trunc'; readonly of: Aggregation }
  | { readonly kind: 'keep'; readonly of: Aggregation; readonly count: number }
  | { readonly kind: 'normalize'; readonly of: Aggregation; readonly by: bigint };

interface Clause {
  readonly probe: string;
  /** In which ticks it fires: each, each second one … */
  readonly every: number;
  readonly statements: readonly Statement[];
}

/** A format of the user's own, with the keys that it prints. */
interface Format {
  readonly d: string;
  readonly print: (keys: readonly Key[], values: readonly string[]) => string;
}

function randomClauses(random: Random, aggregations: readonly Aggregation[]): readonly Clause[] {
  const clauses: Clause[] = [];
  const isEnd = random.below(6) === 0;
  const inOne = random.below(2) === 0;
  let statements: Statement[] = [];
  const close = (): void => {
    if (statements.length > 0) clauses.push({ probe: isEnd ? 'END' : 'tick-1s', every: 1, statements });
    statements = [];
  };
  const style = random.below(6);
  for (const [i, of] of aggregations.entries()) {
    if (random.below(6) === 0) continue;
    if (random.below(4) === 0) {
      const title = random.below(2) === 0 ? `aggregation ${i}:` : '2026 Nov 26 12:09:3';
      statements.push({ kind: 'title', text: `${title}${title.endsWith(':') ? '' : random.below(10)}` });
    }
    if (style === 3) statements.push({ kind: 'normalize', of, by: BigInt(1 + random.below(3)) });
    const partner = aggregations[i + 1];
    const isPair = partner !== undefined && (of.kind !== 'count' || partner.kind !== 'count');
    const fits = isPair && samePools(of, partner);
    const joint = fits && random.below(3) === 0 ? [of, partner] : [of];
    statements.push({ kind: 'printa', format: formatFor(random, joint), of: joint });
    if (style === 1) statements.push({ kind: 'trunc', of });
    if (style === 2) statements.push({ kind: 'clear', of });
    if (style === 4 && random.below(2) === 0)
      statements.push({ kind: 'keep', of, count: 1 + random.below(2) });
    if (!inOne) close();
  }
  close();
  const [first] = aggregations;
  if (style === 5 && first !== undefined && !isEnd) {
    clauses.push({ probe: 'tick-3s', every: 3, statements: [{ kind: 'clear', of: first }] });
  }
  return clauses;
}

function samePools(a: Aggregation, b: Aggregation): boolean {
  return a.expressions.join() === b.expressions.join();
}

function formatFor(random: Random, of: readonly Aggregation[]): Format | null {
  const [first, second] = of;
  if (first === undefined || random.below(2) === 0) return null;
  if (first.kind === 'count' ? second === undefined : second?.kind === 'count') return null;
  const isPlain = first.pools.every((pool) =>
    pool.every(({ value }) => !/\s\s|^\s|^$|=/.test(String(value))),
  );
  if (!isPlain || first.pools.length === 0) return null;
  const line = (keys: readonly Key[]) => keys.map(({ value }) => String(value)).join('   ');
  const letters = first.pools.map((pool) => (pool[0]?.type === 'text' ? '%s' : '%d')).join('   ');
  if (first.kind === 'count') {
    const counted = (value: string | undefined) => value?.trim().padStart(8) ?? '';
    return {
      d: `${letters}   %@8d\\n%@d\\n`,
      print: (keys, [count, picture]) => `${line(keys)}   ${counted(count)}\n${picture}\n`,
    };
  }
  const values = of.map(() => '%@d').join('');
  if (random.below(2) === 0)
    return { d: `${letters}\\n${values}\\n`, print: (keys, all) => `${line(keys)}\n${all.join('')}\n` };
  return { d: `${letters}${values}\\n`, print: (keys, all) => `${line(keys)}${all.join('')}\n` };
}

function createWorld(random: Random) {
  const printed: ModelPrint[] = [];
  let title: string | null = null;

  const show = (of: Aggregation, entry: Entry, row: ModelPrint['keys'], printa: string): string => {
    const counts = new Map<string, bigint>();
    for (const [i, count] of entry.counts.entries()) {
      const shown = count / of.normal;
      if (shown !== 0n) counts.set(bucketName(of.kind, i), shown);
    }
    const id = `${of.name} ${idOf(entry.keys)}`;
    printed.push({ of: id, keys: row, kind: of.kind, counts, epoch: entry.epoch, title, printa });
    return valueText(of, entry);
  };

  const rowsOf = (of: readonly Aggregation[]): readonly (readonly Entry[])[] => {
    const ids = new Set(of.flatMap((each) => [...each.entries.keys()]));
    const rows = [...ids].map((id) => {
      const keys = of.find((each) => each.entries.has(id))?.entries.get(id)?.keys ?? [];
      return of.map(
        (each): Entry =>
          each.entries.get(id) ?? { keys, counts: emptyCounts(each.kind), epoch: each.epochs.get(id) ?? 0 },
      );
    });
    return rows.sort(
      (a, b) =>
        weight(of[0]!, a[0]!) - weight(of[0]!, b[0]!) || (idOf(a[0]!.keys) < idOf(b[0]!.keys) ? -1 : 1),
    );
  };

  const print = (of: readonly Aggregation[], format: Format | null): string => {
    const rows = rowsOf(of);
    if (rows.length > 0) for (const each of of) each.printed = true;
    const body = rows.map((entries) => {
      const keys = entries[0]?.keys ?? [];
      const row = format === null ? namesOf(keys) : plainNames(keys);
      const values = entries.map((entry, i) => show(of[i]!, entry, row, of.map(({ name }) => name).join()));
      if (format !== null) return format.print(keys, values);
      return `${keys.map(keyText).join('')}${values.join('')}\n`;
    });
    return `${format === null ? '\n' : ''}${body.join('')}`;
  };

  return {
    printed,
    /** Some firings of an aggregation. */
    count(of: Aggregation): void {
      for (let n = random.below(8); n > 0; n--) {
        const keys = of.pools.map((pool) => pool[random.below(pool.length)]!);
        const id = idOf(keys);
        let entry = of.entries.get(id);
        if (entry === undefined) {
          entry = { keys, counts: emptyCounts(of.kind), epoch: of.epochs.get(id) ?? 0 };
          of.entries.set(id, entry);
        }
        const bucket = random.below(random.below(2) === 0 ? 3 : entry.counts.length);
        const at = of.kind === 'quantize' ? 70 + (bucket % 20) : bucket;
        entry.counts[of.kind === 'count' ? 0 : at]! += BigInt(1 + random.below(6));
      }
    },
    run(statement: Statement): string {
      switch (statement.kind) {
        case 'title':
          title = statement.text;
          return `${statement.text}\n`;
        case 'printa':
          return print(statement.of, statement.format);
        case 'normalize':
          statement.of.normal = statement.by;
          return '';
        case 'clear':
          for (const [id, entry] of statement.of.entries) {
            entry.counts.fill(0n);
            entry.epoch++;
            statement.of.epochs.set(id, entry.epoch);
          }
          return '';
        case 'trunc':
        case 'keep': {
          const { of } = statement;
          const all = [...of.entries].sort(([, a], [, b]) => weight(of, b) - weight(of, a));
          for (const [id, entry] of all.slice(statement.kind === 'keep' ? statement.count : 0)) {
            of.entries.delete(id);
            of.epochs.set(id, entry.epoch + 1);
          }
          return '';
        }
      }
    },
    automatic(of: Aggregation): string {
      return print([of], null).slice(1);
    },
  };
}

function emptyCounts(kind: Kind): bigint[] {
  const size = {
    quantize: QUANTIZE_LABELS.length,
    lquantize: LEVELS + 2,
    llquantize: LOG_BOUNDS.length + 1,
    count: 1,
  };
  return Array.from({ length: size[kind] }, () => 0n);
}

function bucketName(kind: Kind, i: number): string {
  switch (kind) {
    case 'quantize':
      return String(QUANTIZE_LABELS[i]);
    case 'lquantize':
      return i === 0 ? 'below' : String((i - 1) * 10);
    case 'llquantize':
      return i === 0 ? 'below' : String(LOG_BOUNDS[i - 1]);
    case 'count':
      return 'value';
  }
}

function valueText(of: Aggregation, { counts }: Entry): string {
  switch (of.kind) {
    case 'quantize':
      return drawQuantize(new Map(QUANTIZE_LABELS.map((label, i) => [label, counts[i]!])), of.normal);
    case 'lquantize':
      return drawLquantize(0, 10, counts, of.normal);
    case 'llquantize':
      return drawLlquantize(LOG_BOUNDS, counts, of.normal);
    case 'count':
      return ` ${String(counts[0]! / of.normal).padStart(16)}`;
  }
}

function weight(of: Aggregation, { counts }: Entry): number {
  return counts.reduce(
    (sum, count, i) => sum + Number(count) * (of.kind === 'quantize' ? 2 ** Math.max(0, i - 64) : i + 1),
    0,
  );
}

function idOf(keys: readonly Key[]): string {
  return JSON.stringify(keys.map(({ value }) => value));
}

function keyText(key: Key): string {
  switch (key.type) {
    case 'int4':
      return ` ${String(key.value).padStart(8)}`;
    case 'int8':
      return ` ${String(key.value).padStart(16)}`;
    case 'text':
      return `  ${key.value}${' '.repeat(Math.max(0, 50 - Buffer.byteLength(key.value)))}`;
  }
}

function namesOf(keys: readonly Key[]): ModelPrint['keys'] {
  const cells = keys.map(({ value }) => (typeof value === 'string' ? value.trimEnd() : value));
  return Object.fromEntries(cells.map((cell, i) => [`key_${i + 1}`, cell]));
}

/** Of a format nothing tells a text of digits from a number. */
function plainNames(keys: readonly Key[]): ModelPrint['keys'] {
  const cells = keys.map(({ value }) => (/^(?:0|[1-9]\d*)$/.test(String(value)) ? Number(value) : value));
  return Object.fromEntries(cells.map((cell, i) => [`key_${i + 1}`, cell]));
}

function scriptOf(aggregations: readonly Aggregation[], clauses: readonly Clause[], quiet: boolean): string {
  const assign = ({ name, kind, expressions }: Aggregation): string => {
    const keys = expressions.length === 0 ? '' : `[${expressions.join(', ')}]`;
    const call = {
      quantize: 'quantize(arg0)',
      lquantize: 'lquantize(arg0, 0, 100, 10)',
      llquantize: 'llquantize(arg0, 10, 0, 3, 20)',
      count: 'count()',
    }[kind];
    return `crucible_upstairs*:::gw-read-done\n{\n\t${name}${keys} = ${call};\n}\n`;
  };
  const statement = (each: Statement): string => {
    switch (each.kind) {
      case 'title':
        return `printf("${each.text.replaceAll('%', '%%')}\\n");`;
      case 'printa': {
        const names = each.of.map(({ name }) => name).join(', ');
        return each.format === null ? `printa(${names});` : `printa("${each.format.d}", ${names});`;
      }
      case 'normalize':
        return `normalize(${each.of.name}, ${each.by});`;
      case 'keep':
        return `trunc(${each.of.name}, ${each.count});`;
      default:
        return `${each.kind}(${each.of.name});`;
    }
  };
  const bodies = clauses.map(
    ({ probe, statements }) =>
      `${probe}\n{\n${statements.map((each) => `\t${statement(each)}\n`).join('')}}\n`,
  );
  return `${quiet ? '#pragma D option quiet\n' : ''}${aggregations.map(assign).join('')}${bodies.join('')}`;
}
