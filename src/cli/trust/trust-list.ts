import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FleetError } from '../../model/error.ts';
import type { TerminalStream } from '../../term/terminal.ts';
import {
  checkListed,
  parseFingerprints,
  type FingerprintList,
  type ListedHost,
  type ListVerdict,
} from '../../trust/fingerprint-list.ts';
import { nameOfSled } from '../../trust/host-name.ts';
import type { Surroundings } from '../surroundings.ts';
import { hostText, type Candidate } from './trust-text.ts';

/** A list of fingerprints, and the file that it is from as people name it. */
export interface OpenedList {
  readonly file: string;
  readonly list: FingerprintList;
}

/** Reads what `--fingerprints` names; `-` is standard input. Throws a FleetError `usage` where it has none of a host. */
export async function openList(
  file: string,
  hosts: readonly ListedHost[],
  surroundings: Surroundings,
): Promise<OpenedList> {
  let text: string;
  try {
    text =
      file === '-'
        ? Buffer.from(await surroundings.readStdin()).toString('utf8')
        : await readFile(resolve(surroundings.cwd, file), 'utf8');
  } catch (cause) {
    throw new FleetError('usage', `--fingerprints ${file}: the file cannot be read`, { cause });
  }
  const list = parseFingerprints(text, hosts);
  if (list.byName.size === 0) {
    throw new FleetError(
      'usage',
      `--fingerprints ${file}: no line has a host of the inventory and a fingerprint, such as: BRM42220036 SHA256:…`,
    );
  }
  if (list.unnamed.length > 0) {
    const lines = list.unnamed.slice(0, 8).join(', ') + (list.unnamed.length > 8 ? ', …' : '');
    surroundings.terminal.err.write(
      `warning: ${file}: skipped line ${lines}: its fingerprint has no host of the inventory beside it, or several\n`,
    );
  }
  return { file, list };
}

/** Those whose key the list has; what it says of each of the others is written. */
export function chooseByList(
  { file, list }: OpenedList,
  candidates: readonly Candidate[],
  out: TerminalStream,
): readonly Candidate[] {
  return candidates.filter((candidate) => {
    const { name } = nameOfSled(candidate.target.sled);
    const verdict = checkListed(list, name, candidate.shown.key);
    if (verdict.status !== 'listed') {
      out.write(`${hostText(candidate.target)}: not trusted: ${why(verdict, file)}\n`);
    }
    return verdict.status === 'listed';
  });
}

function why(verdict: ListVerdict, file: string): string {
  return verdict.status === 'other'
    ? `${file} line ${verdict.line} has ${verdict.fingerprint}`
    : `${file} has no fingerprint of it`;
}
