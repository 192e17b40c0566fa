import { FleetError } from '../model/error.ts';
import type { Bundle, Job } from '../model/job.ts';
import type { Reading } from '../model/probe.ts';
import type { RunResult } from '../model/transport.ts';
import { bundleCommand, REMOTE_FOLDER } from './upload.ts';

/** Where a person on a sled finds the scripts, whatever their version. */
export const SCRIPTS_LINK = `${REMOTE_FOLDER}/scripts`;

/** Puts a bundle on a sled and leads the link `~/.cruc-fleet/scripts` to it. One row: path and state. */
export function pushJob(bundle: Bundle): Job {
  const link = [
    `link="\${HOME:?}/${SCRIPTS_LINK}"`,
    // Not every system has readlink.
    `target() { LC_ALL=C ls -ld "$link" 2>/dev/null | sed -n 's/^l.* -> //p'; }`,
  ];
  const lines = [
    ...link,
    `chmod 700 ./*.sh || exit 1`,
    `[ "$(target)" = ${bundle.hash} ] && { echo unchanged; exit 0; }`,
    `if [ ! -h "$link" ] && [ -e "$link" ]; then`,
    `  echo "~/${SCRIPTS_LINK} is not a link of ours; move it away, or let clean remove everything" >&2; exit 1`,
    `fi`,
    // Not mv: it would move the new link into the folder to which the old one leads.
    `rm -f "$link" && ln -s ${bundle.hash} "$link" || exit 1`,
    `[ "$(target)" = ${bundle.hash} ] || { echo "~/${SCRIPTS_LINK} leads elsewhere; is another push under way?" >&2; exit 1; }`,
    `echo new`,
  ];
  // A link to files that are not whole is taken away, so that they are new once they are.
  const missing = [...link, `[ "$(target)" != ${bundle.hash} ] || rm -f "$link"`];
  return {
    what: 'push',
    bundle,
    payload: { script: bundleCommand(bundle, lines, missing), isCounted: true, lock: null },
    mayRepeat: false,
    read: readPush,
  };
}

/** What the end of a push says: one row with path and state. */
export function readPush(result: RunResult): Reading {
  const state = result.stdout.trim();
  return result.exitStatus === 0 && (state === 'new' || state === 'unchanged')
    ? { status: 'answer', rows: [{ path: `~/${SCRIPTS_LINK}`, state }], issues: [] }
    : failure('the scripts could not be made ready for use by hand', result);
}

/** Removes `~/.cruc-fleet`, which holds everything of ours, and nothing else. One row: path, state and files. */
export const cleanJob: Job = {
  what: 'clean',
  bundle: null,
  payload: {
    script: [
      `base="\${HOME:?}/${REMOTE_FOLDER}"`,
      `if [ -h "$base" ]; then`,
      `  echo "~/${REMOTE_FOLDER} is a symbolic link, which cruc-fleet never makes; nothing was removed" >&2; exit 1`,
      `fi`,
      `[ -e "$base" ] || { echo absent 0; exit 0; }`,
      `[ -d "$base" ] || { echo "~/${REMOTE_FOLDER} is not a folder, so not ours; nothing was removed" >&2; exit 1; }`,
      `files=$(find "$base" -type f | wc -l)`,
      `rm -rf "$base" && [ ! -e "$base" ] || exit 1`,
      `echo removed $files`,
    ].join('\n'),
    isCounted: true,
    lock: null,
  },
  mayRepeat: false,
  read: (result) => {
    const [, state, files] = /^(removed|absent) (\d+)\s*$/.exec(result.stdout) ?? [];
    return result.exitStatus === 0 && state !== undefined
      ? {
          status: 'answer',
          rows: [{ path: `~/${REMOTE_FOLDER}`, state, files: Number(files) }],
          issues: [],
        }
      : failure(`~/${REMOTE_FOLDER} could not be removed`, result);
  },
};

function failure(what: string, { stderr, exitStatus }: RunResult): Reading {
  const said = stderr.trim() === '' ? `status ${exitStatus}, no message` : stderr.trim().slice(0, 500);
  return {
    status: 'failure',
    error: new FleetError('exit_status', `${what}: ${said.replaceAll('\n', '; ')}`),
  };
}
