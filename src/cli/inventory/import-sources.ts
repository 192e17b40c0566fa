import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { guessKind } from '../../import/guess.ts';
import { INVENTORY } from '../../import/claims.ts';
import type { SourceReading } from '../../import/seen-sled.ts';
import { isSourceName, SOURCE_NAMES, SOURCES, type SourceName } from '../../import/sources/index.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { decodedText } from '../../pasted/decoded-text.ts';
import { plainText } from '../../pasted/plain-text.ts';
import type { Surroundings } from '../surroundings.ts';

/** A file that tells of sleds, `-` for standard input, and its kind where it was given. */
export interface GivenSource {
  readonly kind: SourceName | null;
  readonly file: string;
}

/** What was read of one. */
export interface OpenedSource extends SourceReading {
  readonly kind: SourceName;
  /** What messages call it: the file as it was given. */
  readonly label: string;
}

/** A thousand sleds are a hundredth of it. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The words of `--from`: `KIND FILE`, or `FILE` alone, whose kind is then seen in its text. */
export function givenSources(from: readonly string[], files: readonly string[]): readonly GivenSource[] {
  const given: GivenSource[] = [];
  for (let at = 0; at < from.length; at++) {
    const word = from[at] ?? '';
    const next = from[at + 1];
    if (!isSourceName(word)) given.push({ kind: null, file: word });
    else if (next === undefined) {
      throw new FleetError('usage', `--from ${word}: no file follows the kind; - is standard input`);
    } else {
      given.push({ kind: word, file: next });
      at++;
    }
  }
  const all = [...given, ...files.map((file) => ({ kind: null, file }))];
  if (all.filter(({ file }) => file === '-').length > 1) {
    throw new FleetError('usage', 'standard input (-) can be read once: put the other text into a file');
  }
  return all;
}

/** Reads each source. Throws a FleetError `usage` for a file that cannot be read, or is of another kind than given. */
export async function openSources(
  given: readonly GivenSource[],
  surroundings: Pick<Surroundings, 'cwd' | 'readStdin'>,
): Promise<readonly OpenedSource[]> {
  const labels = new Set<string>();
  const opened: OpenedSource[] = [];
  for (const { kind, file } of given) {
    const text = plainText(decodedText(await bytesOf(file, surroundings)).text);
    const name = file === '-' ? 'standard input' : file === INVENTORY ? `./${file}` : file;
    const found = kindOf(kind, text, name);
    const label = labels.has(name) ? `${name} (${found})` : name;
    if (labels.has(label) || opened.some((each) => each.label === name && each.kind === found))
      throw new FleetError('usage', `${name} is given twice: leave one of them out`);
    labels.add(label);
    const reading = SOURCES[found].read(text);
    const isEmpty = reading.sleds.length + reading.leftOut.length === 0;
    const doubts = isEmpty ? [...reading.doubts, 'it holds no sled'] : reading.doubts;
    opened.push({ ...reading, doubts, kind: found, label });
  }
  return opened;
}

async function bytesOf(
  file: string,
  { cwd, readStdin }: Pick<Surroundings, 'cwd' | 'readStdin'>,
): Promise<Uint8Array> {
  if (file === '-') return await readStdin();
  const whole = path.resolve(cwd, file);
  try {
    const { size } = await stat(whole);
    if (size <= MOST_BYTES) return await readFile(whole);
  } catch (cause) {
    const kinds = `the kinds are ${SOURCE_NAMES.join(', ')}`;
    const hint = /[./]/.test(file) ? '' : `; ${kinds}`;
    throw new FleetError('usage', `${printable(file)} cannot be read${hint}`, { cause });
  }
  throw new FleetError(
    'usage',
    `${printable(file)} is larger than ${MOST_BYTES / 1024 / 1024} MiB: give a file with only the sleds`,
  );
}

function kindOf(given: SourceName | null, text: string, name: string): SourceName {
  const guess = guessKind(text);
  if (guess.status === 'one' && (given === null || given === guess.kind)) return guess.kind;
  if (guess.status === 'several' && given !== null && guess.kinds.includes(given)) return given;
  const shown = printable(name);
  if (given === null && guess.status === 'several') {
    throw new FleetError(
      'usage',
      `${shown} may be ${guess.kinds.join(' or ')}: say which with --from KIND ${shown}`,
    );
  }
  const looks = looksLike(guess);
  if (given === null) {
    throw new FleetError(
      'usage',
      `${shown} is not of a kind that lists sleds${looks}; the kinds are ${SOURCE_NAMES.join(', ')}`,
    );
  }
  // Empty tables of JSON have nothing to be known by.
  if (guess.status === 'none' && guess.looksLike === null && /^[\s[\]]*$/.test(text)) return given;
  throw new FleetError('usage', `${shown} is not ${given}, which has ${SOURCES[given].looks}${looks}`);
}

function looksLike(guess: ReturnType<typeof guessKind>): string {
  switch (guess.status) {
    case 'one':
      return `: it looks like ${guess.kind}`;
    case 'several':
      return `: it looks like ${guess.kinds.join(' or ')}`;
    case 'none':
      return guess.looksLike === null ? '' : `: it looks like ${guess.looksLike}`;
  }
}
