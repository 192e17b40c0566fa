import { spawnSync } from 'node:child_process';
import type { Shell } from '../../src/completion/shells.ts';
import { required } from './required.ts';

export function requireShell(shell: Shell): string | null {
  return required(spawnSync(shell, ['-c', ':']).error === undefined, `${shell} is not installed`);
}

/** What a shell offers at the end of each of these lines, whose words are parted by single blanks. */
export function offeredBy(
  shell: Shell,
  lines: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): readonly (readonly string[])[] {
  const [program = '', ...words] = COMMANDS[shell](lines);
  const { stdout, stderr, error } = spawnSync(program, words, {
    cwd,
    env: { ...env, CRUC_LINES: lines.join('\n') },
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (error !== undefined || stderr !== '') throw new Error(`${shell}: ${error?.message ?? stderr}`);
  return stdout
    .split('END\n')
    .slice(0, -1)
    .map((part) => [...new Set(part.split('\n').filter((word) => word !== ''))]);
}

const COMMANDS: Readonly<Record<Shell, (lines: readonly string[]) => readonly string[]>> = {
  bash: (lines) => ['bash', '--norc', '--noprofile', '-c', [BASH, ...lines.map(bashLine)].join('\n')],
  zsh: () => ['zsh', '-f', '-c', ZSH],
  fish: () => ['fish', '--no-config', '-c', FISH],
};

/** Calls the function that bash was told of as readline does, with the words as COMP_WORDBREAKS cuts them. */
const BASH = `source <(cruc-fleet completion bash)
call=$(complete -p cruc-fleet); call=\${call#*-F }; call=\${call% cruc-fleet}
offered() {
	COMP_LINE=$1 COMP_POINT=\${#1}; shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	$call cruc-fleet "\${COMP_WORDS[-1]}" "\${COMP_WORDS[-2]}"
	printf '%s\\n' "\${COMPREPLY[@]}" END
}`;

function bashLine(line: string): string {
  const words = line.split(' ').flatMap((word) => word.split(/(?<=[=:])|(?=[=:])/));
  return ['offered', line, ...words].map((word) => `'${word}'`).join(' ');
}

/** A zsh in a pseudo terminal, in which somebody types each line and a tab; what completion adds is written down. */
const ZSH = `zmodload zsh/zpty
log=$PWD/offered; : >$log
zpty typing zsh -f -i
zpty -w typing "autoload -Uz compinit; compinit -D -u; source <(cruc-fleet completion zsh); log=$log"
zpty -w typing 'compadd() {
	local -a hits; builtin compadd "$@"; local end=$?
	[[ " \${(j: :)@[1,(i)(-|--)]} " == *\\ -[a-zA-Z]#[OAD]\\ * ]] && return end
	builtin compadd -A hits "$@"; print -rl -- $hits >>$log; return end
}'
zpty -w typing 'ended() { print END >>$log }; tab() { comppostfuncs=(ended); zle complete-word; zle kill-buffer }'
zpty -w typing 'zle -N tab; bindkey "^I" tab; unsetopt beep; print READY >>$log'
until [[ $(<$log) == READY ]]; do zpty -r -t typing || sleep 0.02; done >/dev/null
: >$log
n=0
for line in "\${(f)CRUC_LINES}"; do
	zpty -w -n typing $line$'\\t'
	(( n++ ))
	until (( $(grep -c '^END$' $log) == n )); do zpty -r -t typing || sleep 0.02; done >/dev/null
done >/dev/null
zpty -d typing
cat $log`;

const FISH = `cruc-fleet completion fish | source
for line in (string split \\n -- $CRUC_LINES)
	complete -C $line | string replace -r '\\t.*' ''
	echo END
end`;
