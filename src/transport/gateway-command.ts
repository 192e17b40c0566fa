import { shellWord } from '../model/shell-word.ts';
import type { Gateway, Login } from '../model/target.ts';

/** What a pipe's command says first, on standard error: the number of its process. */
const MARK = 'cruc-fleet pipe';
const MARK_LINE = new RegExp(`^${MARK} (\\d+)\\r?\\n`, 'm');

/**
 * The command line for a gateway whose standard input and output lead to the sled's sshd, whatever the login's shell
 * is there. It says the number of its process, so that it can be ended where it does not end by itself.
 */
export function pipeCommand({ command }: Gateway, sled: Login): string {
  const script = command === null ? netcat(sled) : `exec ${command}`;
  return `exec sh -c ${quoted(`echo ${MARK} $$ >&2; ${script}`)}`;
}

/** The number of the process that a pipe's standard error began with; null where it did not say it. */
export function pipeProcess(said: string): number | null {
  const pid = MARK_LINE.exec(said)?.[1];
  return pid === undefined ? null : Number(pid);
}

/** What a pipe said that it does not say where all is well. */
export function withoutMark(said: string): string {
  return said
    .replace(MARK_LINE, '')
    .replaceAll(/^Connection to .* succeeded!$/gm, '')
    .replaceAll(/^.* \(\?\) open$|^.* \(ssh\) open$/gm, '');
}

/**
 * The netcats of Linux differ in how they are told to end with their standard input; one that is not told would stay
 * when our connection breaks. The one of illumos ends with it, and knows neither word. Never -w: it cuts a command
 * that is silent for so long.
 */
function netcat({ host, port }: Login): string {
  return [
    `case $(nc -h 2>&1) in`,
    `*'quit after EOF'*) set -- -q 0;;`,
    `*'Shutdown the network socket after EOF'*) set -- -N;;`,
    `*) set --;; esac;`,
    `exec nc "$@" -v ${shellWord(host)} ${port}`,
  ].join(' ');
}

/** For any login shell: csh reads a newline or an exclamation mark in quotes as something else. */
function quoted(script: string): string {
  return `'${script.replaceAll("'", `'\\''`)}'`;
}
