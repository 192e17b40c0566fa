import { FleetError } from '../model/error.ts';
import type { Bundle } from '../model/job.ts';
import { runGuarded, type Guard } from './guard.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Connection, RunOptions, RunResult } from '../model/transport.ts';

/** The folder on a sled, in the login's home, that holds everything of ours. */
export const REMOTE_FOLDER = '.cruc-fleet';

/** The exit status and the message by which a sled says that it does not have the files as they should be. */
const MISSING_STATUS = 222;
const MISSING_MESSAGE = 'cruc-fleet: scripts missing or different';

/**
 * The lines that run one of a bundle's scripts, if its files lie on the sled as they should: one channel on a warm
 * sled. Their checksums are compared each time, so that a file that was cut or edited is never run.
 */
export function scriptCommand(bundle: Bundle, script: string, args: readonly string[]): string {
  return bundleCommand(bundle, [`exec sh ./${[script, ...args].map(shellWord).join(' ')}`]);
}

/** As `scriptCommand`, with lines of sh that run in the bundle's folder, and others for when it is not as it should be. */
export function bundleCommand(
  bundle: Bundle,
  lines: readonly string[],
  linesIfMissing: readonly string[] = [],
): string {
  const names = bundle.files.map((file) => shellWord(file.name)).join(' ');
  const sums = bundle.files.map((file) => `${file.cksum} ${file.name}`).join(' ');
  const missing = [...linesIfMissing, `echo ${shellWord(MISSING_MESSAGE)} >&2; exit ${MISSING_STATUS}; }`];
  return [
    `cd "\${HOME:?}/${REMOTE_FOLDER}/${bundle.hash}" 2>/dev/null && set -- $(cksum ${names} 2>/dev/null)`,
    `[ "$*" = ${shellWord(sums)} ] || { ${missing.join('\n')}`,
    ...lines,
  ].join('\n');
}

/** Whether a finished `scriptCommand` says that the files must be uploaded first. */
export function isMissing(result: RunResult): boolean {
  return result.exitStatus === MISSING_STATUS && result.stderr.includes(MISSING_MESSAGE);
}

/**
 * The lines that write a bundle's files from standard input, which is their contents one after another.
 * Each goes to a temporary name, is checked and then renamed, so that a file is whole or not there at all.
 * `dd` with blocks of one byte takes exactly its file's bytes from a pipe, whatever the shell.
 */
export function uploadCommand(bundle: Bundle): string {
  return [
    `umask 077`,
    `base="\${HOME:?}/${REMOTE_FOLDER}"; folder="$base/${bundle.hash}"`,
    `mkdir -p "$folder" && chmod 700 "$base" "$folder" || exit 1`,
    // Some systems' cksum separates by tabs: the shell splits it and joins by blanks.
    `sums() { set -- $(cksum); echo "$1 $2"; }`,
    `put() {`,
    `  temporary="$folder/.$1.$$"`,
    `  said=$(dd bs=1 count="$2" of="$temporary" 2>&1) && [ "$(sums < "$temporary")" = "$3 $2" ] &&`,
    `    mv -f "$temporary" "$folder/$1" && return`,
    `  printf '%s\\n' "$said" >&2; rm -f "$temporary"; exit 1`,
    `}`,
    ...bundle.files.map(
      (file) => `put ${shellWord(file.name)} ${file.content.length} ${file.cksum.split(' ')[0]}`,
    ),
  ].join('\n');
}

/** Puts a bundle on a sled. Rejects with a FleetError: `no_space`, `read_only`, `upload`, or what `run` gives. */
export async function upload(
  connection: Connection,
  guard: Guard,
  bundle: Bundle,
  options: Omit<RunOptions, 'stdin'>,
): Promise<void> {
  const stdin = Buffer.concat(bundle.files.map((file) => file.content));
  const payload = { script: uploadCommand(bundle), isCounted: false, lock: null };
  const result = await runGuarded(connection, guard, payload, { ...options, stdin });
  if (result.exitStatus === 0 && result.cut === null) return;
  const said = result.stderr
    .trim()
    .split('\n')
    .findLast((line) => !/^\d+\+\d+ records|bytes? .*copied/.test(line));
  const because =
    said === undefined || said === ''
      ? (result.cut ?? `status ${result.exitStatus}, no message`)
      : said.trim();
  const where = `~/${REMOTE_FOLDER}`;
  if (/no space left|not enough space|disc quota|file system full/i.test(result.stderr)) {
    throw new FleetError(
      'no_space',
      `the scripts do not fit in ${where} on the sled; make room there: ${because}`,
    );
  }
  if (/read-only file system|permission denied/i.test(result.stderr)) {
    throw new FleetError('read_only', `${where} on the sled cannot be written by this login: ${because}`);
  }
  throw new FleetError('upload', `the scripts could not be put into ${where} on the sled: ${because}`);
}
