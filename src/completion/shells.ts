/** The shells that can be helped. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * What a shell runs to learn how to complete. Each asks the program with the words up to the cursor: a line each for
 * the words that fit, a tab and what it means behind it; or one line that begins with a tab and says that files come.
 */
export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = {
  // COMP_WORDS is cut at = and : too, and bash replaces only what stands behind the last of these.
  bash: `# bash completion of cruc-fleet: source <(cruc-fleet completion bash)
_cruc_fleet() {
	local line=$COMP_LINE word part i typed before reply help
	local -a words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=\${COMP_WORDS[i]}
		part=\${line#"\${line%%[![:space:]]*}"}
		if ((i > 0)) && [[ $part == "$line" && ( $word == [=:]* || \${words[-1]} == *[=:] ) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		line=\${part#"$word"}
	done
	typed=\${words[-1]}
	word=\${COMP_WORDS[COMP_CWORD]}
	[[ $word == [=:] ]] && word=
	before=\${typed%"$word"}
	COMPREPLY=()
	while IFS=$'\\t' read -r reply help; do
		if [[ $reply == :files || $reply == :folders ]]; then
			compopt -o filenames 2>/dev/null
			if [[ $reply == :files ]]; then
				mapfile -t COMPREPLY < <(compgen -f -- "$word")
			else
				mapfile -t COMPREPLY < <(compgen -d -- "$word")
			fi
			return
		fi
		COMPREPLY+=("\${reply#"$before"}")
	done < <(cruc-fleet __complete "\${words[@]:1}" 2>/dev/null)
}
complete -F _cruc_fleet cruc-fleet
`,
  zsh: `#compdef cruc-fleet
# zsh completion of cruc-fleet: source <(cruc-fleet completion zsh), after compinit
_cruc_fleet() {
	local line reply
	local -a offered
	while IFS= read -r line; do
		reply=\${line%%$'\\t'*}
		case $reply in
		:files | :folders)
			[[ $PREFIX == -*=* ]] && compset -P '*='
			if [[ $reply == :files ]]; then _files; else _files -/; fi
			return
			;;
		esac
		offered+=("\${reply//:/\\\\:}:\${line#*$'\\t'}")
	done < <(cruc-fleet __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
	(( $#offered )) && _describe -t words cruc-fleet offered
}
if [[ $funcstack[1] == _cruc_fleet ]]; then _cruc_fleet "$@"; else compdef _cruc_fleet cruc-fleet; fi
`,
  fish: `# fish completion of cruc-fleet: cruc-fleet completion fish | source
function __cruc_fleet_complete
	set -l words (commandline -opc)
	set -l typed (commandline -ct)
	set -l offered (cruc-fleet __complete $words[2..-1] "$typed" 2>/dev/null)
	switch "$offered[1]"
		case ':files*'
			__fish_complete_path (string replace -r '^-[^=]*=' '' -- $typed)
		case ':folders*'
			__fish_complete_directories (string replace -r '^-[^=]*=' '' -- $typed)
		case '*'
			printf '%s\\n' $offered
	end
end
complete -c cruc-fleet -f -a '(__cruc_fleet_complete)'
`,
};
