#!/bin/sh
#
# run-d.sh: runs one of the D scripts that lie beside it.

usage() {
	cat <<'END'
usage: run-d.sh [-k] [DTRACE-OPTION ...] NAME.d [ARG ...]

Runs the D script NAME.d of this script's own folder (a name with a slash is a path):

    dtrace -Z DTRACE-OPTION ... -s NAME.d ARG ...

What the ARGs are and what is printed, each script's own first comment says. A whole number
is passed without leading zeros, since D reads 010 as eight and 08 as an error; those of a
path are passed as they are. Options before the name are dtrace's, such as -w for a script of
your own that changes the system. -b and -x cannot override what a script sets itself by
#pragma D option, as bufsize in every script of this folder.

  -k  end dtrace when standard input ends: for use over a connection, so that nothing
      is left running when the connection goes. By hand leave it out: Ctrl-C ends dtrace.
  -h  print this

It needs the privilege to run dtrace; pfexec is used where there is one. The exit status is
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

keep=no
case $1 in
-h | --help)
	usage
	exit 0
	;;
-k)
	keep=yes
	shift
	;;
esac

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
		-[knPmfis]) fail_usage "option $word does not go with a script" ;;
		-*) ;;
		*)
			case $word in
			*/*) script=$word ;;
			*)
				script=$here/$word
				ours=yes
				;;
			esac
			[ -f "$script" ] || fail_usage "there is no script '$script'"
			set -- "$@" -s
			word=$script
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

[ "$keep" = yes ] || exec $privileged dtrace -Z "$@"

(: 3<&0) 2>/dev/null || fail_usage '-k needs a standard input'
exec 3<&0

tracer=
woken=no
stop() {
	woken=yes
	# Not SIGINT: what a script starts in the background ignores it.
	[ -z "$tracer" ] || kill -TERM "$tracer" 2>/dev/null
}
trap stop TERM INT HUP

$privileged dtrace -Z "$@" </dev/null 3<&- &
tracer=$!
[ "$woken" = no ] || stop

# Waits for the end of standard input. It holds neither output open, or the connection could not end before it;
# and it reads by itself, since a command that it started would outlive it.
(
	while read -r ignored; do :; done
	kill -TERM "$tracer"
) <&3 3<&- >/dev/null 2>&1 &
watcher=$!
exec 3<&-

wait "$tracer"
status=$?
# A signal to this script ends a wait before its time; 127 is a wait for what has been waited for.
while [ "$woken" = yes ]; do
	woken=no
	wait "$tracer"
	again=$?
	[ "$again" -eq 127 ] || status=$again
done
kill "$watcher" 2>/dev/null

# A ksh counts signals from 256.
[ "$status" -le 256 ] || status=$((status - 128))
exit "$status"
