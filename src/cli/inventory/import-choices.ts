import { INVENTORY } from '../../import/claims.ts';
import {
  joinSources,
  type Contradiction,
  type Joined,
  type JoinOptions,
  type JoinSource,
} from '../../import/join.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { AskPerson } from '../questions.ts';

export interface ChoiceOptions {
  /** `ID=VALUE`. */
  readonly choose?: readonly string[];
  /** What the inventory says holds wherever a source contradicts it. */
  readonly keep?: boolean;
  /** What a source says holds wherever it contradicts the inventory, and no other source. */
  readonly take?: boolean;
}

/**
 * Joins sources, and has somebody choose wherever they contradict each other and it was not chosen already: by options,
 * else at the terminal. Throws a FleetError `inventory` with every contradiction that nobody decides: none is chosen in
 * silence.
 */
export async function joinWithChoices(
  sources: readonly JoinSource[],
  options: JoinOptions,
  { choose = [], keep, take }: ChoiceOptions,
  ask: AskPerson | null,
): Promise<Joined & Pick<JoinOptions, 'choices'>> {
  if (keep === true && take === true) throw new FleetError('usage', 'give one of --keep and --take');
  const given = choicesOf(choose);
  const choices = new Map([...options.choices, ...given]);
  const decided = new Set<string>();
  for (;;) {
    const joined = joinSources(sources, { ...options, choices });
    for (const id of joined.decided) decided.add(id);
    if (joined.contradictions.length === 0) {
      const idle = [...given.keys()].filter((id) => !decided.has(id));
      if (idle.length > 0) {
        throw new FleetError('usage', `--choose ${idle.join(', ')}: no source contradicts another there`);
      }
      return { ...joined, choices };
    }
    const open: Contradiction[] = [];
    for (const contradiction of joined.contradictions) {
      const value =
        keep === true ? keptValue(contradiction) : take === true ? takenValue(contradiction) : null;
      if (value === null) open.push(contradiction);
      else choices.set(contradiction.id, value);
    }
    if (open.length === 0) continue;
    const wrong = open.find(({ id }) => choices.has(id));
    if (ask === null || wrong !== undefined) throw undecided(open, given);
    for (const contradiction of open) choices.set(contradiction.id, await askForOne(contradiction, ask));
  }
}

function choicesOf(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)] as const;
      throw new FleetError('usage', `--choose ${text}: allowed is ID=VALUE, such as BRM42220036.cubby=14`);
    }),
  );
}

function keptValue({ claims }: Contradiction): string | null {
  return claims.find(({ from }) => from.includes(INVENTORY))?.value ?? null;
}

function takenValue({ claims }: Contradiction): string | null {
  const others = claims.filter(({ from }) => !from.includes(INVENTORY));
  return others.length === 1 && others.length < claims.length ? (others[0]?.value ?? null) : null;
}

function undecided(open: readonly Contradiction[], given: ReadonlyMap<string, string>): FleetError {
  const lines = open.map(({ id, claims }) => {
    const values = claims.map(({ value, from }) => `${value} (${from.join(', ')})`).join(' or ');
    const chosen = given.get(id);
    const note = chosen === undefined ? '' : `; ${chosen}, which --choose gives, is neither`;
    return printable(`${id}: ${values}${note}`);
  });
  const [first] = open;
  const example = `${first?.id ?? ''}=${first?.claims.at(-1)?.value ?? ''}`;
  const keeps = open.some((each) => keptValue(each) !== null)
    ? ', --keep keeps what the inventory says,'
    : '';
  const next = `nothing is written until each is decided: --choose '${printable(example)}' chooses one${keeps}, or run it on a terminal`;
  return new FleetError('inventory', [...lines, next].join('\n'));
}

async function askForOne({ id, claims }: Contradiction, ask: AskPerson): Promise<string> {
  const lines = claims.map(({ value, from }, index) => `  ${index + 1}  ${value}  (${from.join(', ')})`);
  const question = printableLines([`${id}: which one holds?`, ...lines]);
  for (;;) {
    const line = await ask(`${question}\nnumber: `);
    if (line === null) throw new FleetError('inventory', `${id} is not decided: nothing was written`);
    const claim = /^\d+$/.test(line) ? claims[Number(line) - 1] : claims.find(({ value }) => value === line);
    if (claim !== undefined) return claim.value;
  }
}

function printableLines(lines: readonly string[]): string {
  return lines.map((line) => printable(line)).join('\n');
}
