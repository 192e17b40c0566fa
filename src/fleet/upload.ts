import { FleetError } from '../model/error.ts';
import type { Bundle, BundleFile } from '../model/job.ts';
import { runGuarded, type Guard } from './guard.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Connection, RunOptions, RunResult } from '../model/transport.ts';

/** The folder on a sled, in the login's home, that holds everything of ours. */
export const REMOTE_FOLDER = '.cruc-fleet';

/** The exit status and the message by which a sled says that it does not have the files as they should be. */
const MISSING_STATUS = 222;
const NOT_OURS_STATUS = 223;
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
  const expected = (sum: (file: BundleFile) => string) =>
    shellWord(bundle.files.map((file) => `${sum(file)} ${file.name}`).join(' '));
  const missing = [...linesIfMissing, `echo ${shellWord(MISSING_MESSAGE)} >&2; exit ${MISSING_STATUS}`];
  return [
    ...OUR_FOLDER,
    `ours "$base"`,
    `sums=; cd "$base/${bundle.hash}" 2>/dev/null && ours . && sums ${names}`,
    `case $sums in`,
    `${expected((file) => file.sha256)} | ${expected((file) => file.cksum)}) ;;`,
    `*)`,
    ...missing,
    `;;`,
    `esac`,
    ...lines,
  ].join('\n');
}

/**
 * `ours` ends the command where a folder is a symbolic link or another owner's: what lies there may be anybody's.
 * `sums` sets $sums to the checksums and names of files: SHA-256 where the sled has a command for it, else cksum(1).
 */
const OUR_FOLDER: readonly string[] = [
  `base="\${HOME:?}/${REMOTE_FOLDER}"`,
  `ours() {`,
  `  if [ -h "$1" ]; then`,
  `    echo "~/${REMOTE_FOLDER} is a symbolic link, which cruc-fleet never makes: nothing was run or written there" >&2`,
  `  elif [ -e "$1" ] && [ ! -O "$1" ]; then`,
  `    echo "~/${REMOTE_FOLDER} belongs to another user: nothing was run or written there" >&2`,
  `  else return 0; fi`,
  `  exit ${NOT_OURS_STATUS}`,
  `}`,
  `sums() {`,
  `  if command -v sha256sum >/dev/null 2>&1; then sums=$(sha256sum "$@" 2>/dev/null)`,
  `  elif command -v digest >/dev/null 2>&1; then`,
  `    sums=; for each; do sums="$sums $(digest -a sha256 "$each" 2>/dev/null) $each"; done`,
  `  else sums=$(cksum "$@" 2>/dev/null); fi`,
  // Blanks, tabs and newlines alike are one blank.
  `  set -- $sums; sums="$*"`,
  `}`,
];

/** Whether a finished `scriptCommand` says that the files must be uploaded first. */
export function isMissing(result: RunResult): boolean {
  return result.exitStatus === MISSING_STATUS && result.stderr.includes(MISSING_MESSAGE);
}

/**
 * The lines that write a bundle's files from standard input, which is their contents one after another.
 * Each goes to a temporary name, is checked and then renamed, so that a file is whole or not there at all.
 * `dd` that reads blocks of one byte takes exactly its file's bytes from a pipe, whatever the shell.
 */
export function uploadCommand(bundle: Bundle): string {
  return [
    `umask 077`,
    ...OUR_FOLDER,
    `folder="$base/${bundle.hash}"`,
    `ours "$base"; ours "$folder"`,
    `mkdir -p "$folder" && chmod 700 "$base" "$folder" || exit 1`,
    `put() {`,
    `  temporary="$folder/.$1.$$"`,
    `  said=$(dd ibs=1 obs=8192 count="$2" of="$temporary" 2>&1) && sums "$temporary"`,
    `  case $sums in`,
    `  "$3 $temporary" | "$4 $2 $temporary") mv -f "$temporary" "$folder/$1" && return ;;`,
    `  esac`,
    `  set -- "$1" "$2" $(wc -c <"$temporary" 2>/dev/null)`,
    `  printf '%s\n' "$1 did not arrive as it was sent: \${3:-0} of $2 bytes are there" "$said" >&2; rm -f "$temporary"; exit 1`,
    `}`,
    ...bundle.files.map(
      (file) =>
        `sums=; put ${shellWord(file.name)} ${file.content.length} ${file.sha256} ${file.cksum.split(' ')[0]}`,
    ),
  ].join('\n');
}

/** Whether a finished `scriptCommand` or upload refused a folder that is not ours. */
export function isNotOurs(result: RunResult): boolean {
  return result.exitStatus === NOT_OURS_STATUS && result.stderr.includes(`~/${REMOTE_FOLDER}`);
}

/** The refusal as an error. */
export function notOurs(result: RunResult): FleetError {
  const said = result.stderr.trim().replaceAll(/\s*\n\s*/g, '; ');
  return new FleetError('not_ours', `${said}; look at it, and move it away`);
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
  if (isNotOurs(result)) throw notOurs(result);
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
