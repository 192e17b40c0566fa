#!/bin/sh
#
# run-d.sh: runs one of the D scripts that lie beside it.

usage() {
	cat <<'END'
usage: run-d.sh [-r] [DTRACE-OPTION ...] NAME.d [ARG ...]

Runs the D script NAME.d of this script's own folder (a name with a slash is a path):

    dtrace -Z DTRACE-OPTION ... -s NAME.d ARG ...

The first comment of each script explains its ARGs and what it prints. A whole number is
passed without leading zeros, since D reads 010 as eight and 08 as an error; the ARGs of a
script that is given as a path are passed unchanged. Options before the name are dtrace's,
such as -w for your own script that changes the system. -b and -x cannot override what a
script sets itself by #pragma D option, such as bufsize in every script of this folder.

  -r  for programs: print, before and after the output of the script, which processes of
      Crucible run, as "running=before zone=Z pid=N command=C" lines; "listed=" is how many
      there are, "why=" why they could not be listed
  -h  print this

It needs the privilege to run dtrace, and uses pfexec where there is one. The exit status is
dtrace's own; 2 for wrong options.
END
}

fail_usage() {
	printf 'run-d: %s; run-d.sh -h explains it\n' "$1" >&2
	exit 2
}

# A whole number without leading zeros, any other word as it is.
decimal() {
	case $1 in
	*[!0-9]*) printf '%s' "$1" ;;
	0?*) decimal "${1#0}" ;;
	*) printf '%s' "$1" ;;
	esac
}

case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac

# No text that is split into words here is a pattern of files.
set -f

# Whether this login sees a probe of any process of Crucible or propolis: some, none, or nothing where dtrace does not
# list them. Whoever lacks a privilege sees none, and hears of no error.
visible_probes() {
	$privileged dtrace -Z -l -n 'crucible*:::' -n 'propolis*:::' 2>/dev/null </dev/null | {
		visible=
		while read -r id provider ignored; do
			case $provider in
			PROVIDER) visible=none ;;
			crucible*[0-9] | propolis*[0-9]) visible=some && break ;;
			esac
		done
		printf '%s' "$visible"
	}
}

# Which processes of Crucible run at this moment ($1: before or after), and who asks. At the end whoever is not root
# says whether it sees any probe at all.
login=
say_running() {
	when=$1 count=0
	if ! processes=$(ps -eo pid,zone,args 2>&1); then
		printf 'running=%s why=%s\n' "$when" "$(printf '%s\n' "$processes" | tail -n 1)"
		return
	fi
	[ -n "$login" ] || login=$($privileged id -u 2>/dev/null)
	IFS='
'
	for process in $processes; do
		unset IFS
		set -- $process
		command=${3-}
		command=${command##*/}
		case $command in
		propolis-server | crucible-pantry | crucible-downstairs) ;;
		*) continue ;;
		esac
		printf 'running=%s zone=%s pid=%s command=%s\n' "$when" "$2" "$1" "$command"
		count=$((count + 1))
	done
	unset IFS
	visible=
	case "$when $login $count" in
	before* | *' 0 '* | *' 0') ;;
	*) visible=$(visible_probes) ;;
	esac
	printf 'running=%s listed=%s login=%s%s\n' "$when" "$count" "$login" "${visible:+ probes=$visible}"
}

running=no
while :; do
	case ${1-} in
	-h | --help)
		usage
		exit 0
		;;
	-r) running=yes ;;
	*) break ;;
	esac
	shift
done

# Everything is turned once around the list: options to dtrace stay before the script, the rest after it.
[ $# -gt 0 ] || fail_usage 'it needs the name of a D script'
left=$#
script=
ours=no
while [ "$left" -gt 0 ]; do
	word=$1
	shift
	left=$((left - 1))
	if [ -z "$script" ]; then
		case $word in
		-[bcDILopUxX])
			[ "$left" -gt 0 ] || fail_usage "option $word needs a value"
			set -- "$@" "$word" "$1"
			shift
			left=$((left - 1))
			continue
			;;
		-[knPmfirs]) fail_usage "option $word does not go with a script" ;;
		-*) ;;
		*)
			case $word in
			*/*) script=$word ;;
			*)
				script=$here/$word
				ours=yes
				;;
			esac
			# Where all of this is one text for pilot or sush, the D program is a part of it.
			if [ -n "${cruc_fleet_program-}" ]; then
				set -- "$@" -n
				word=$cruc_fleet_program
			else
				[ -f "$script" ] || fail_usage "there is no script '$script'"
				set -- "$@" -s
				word=$script
			fi
			;;
		esac
	elif [ "$ours" = yes ]; then
		word=$(decimal "$word")
	fi
	set -- "$@" "$word"
done
[ -n "$script" ] || fail_usage 'it needs the name of a D script'

# Whoever is not root may hold dtrace's privileges in a profile.
privileged=
command -v pfexec >/dev/null 2>&1 && privileged=pfexec

# By hand it is dtrace itself, so that Ctrl-C is dtrace's.
[ "$running" = yes ] || exec $privileged dtrace -Z "$@"

tracer=
woken=no
stopped=no
stop() {
	woken=yes
	stopped=yes
	# Not SIGINT: what a script starts in the background ignores it.
	[ -z "$tracer" ] || kill -TERM "$tracer" 2>/dev/null
}
trap stop TERM INT HUP

say_running before

$privileged dtrace -Z "$@" </dev/null &
tracer=$!
[ "$woken" = no ] || stop

wait "$tracer"
status=$?
# A signal to this script ends a wait before its time; 127 is a wait for what has been waited for.
while [ "$woken" = yes ]; do
	woken=no
	wait "$tracer"
	again=$?
	[ "$again" -eq 127 ] || status=$again
done

[ "$status" != 0 ] || say_running after

# A ksh counts signals from 256.
[ "$status" -le 256 ] || status=$((status - 128))
exit "$status"
