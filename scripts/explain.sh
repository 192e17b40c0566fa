#!/bin/sh
#
# explain.sh: what a sled can say of copies that an upstairs has lost: the last lines that the service of a region logged,
# and, for each process of a VM, which downstairs its upstairs tries to connect to. It only reads. "cruc-fleet explain"
# uploads it with slog.d and run-d.sh, and reads what it prints.
#
# By hand: sh explain.sh SECONDS [ZONE/REGION...] [PID...]
#
# It prints, of each ZONE/REGION, 12 lines at most of 400 bytes as "log:ZONE/REGION LINE", and a line "logged ZONE/REGION"
# or "unlogged ZONE/REGION STATUS" behind them; of each PID, 4 at most, "probes PID COUNT", and what slog.d prints in
# SECONDS. No process is stopped. The log is read with tail in its zone (by zlogin, which starts a process there), for 5
# seconds at most.

LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

# An old awk knows no -v.
awk=awk
command -v nawk >/dev/null 2>&1 && awk=nawk

case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac

seconds=$1
shift

privileged=
command -v pfexec >/dev/null 2>&1 && privileged=pfexec

# How many such probes each of the processes $1 has: without them that nothing is heard says nothing. dtrace stops a
# process for a moment where a description names it, so that all are listed.
say_probes() {
	$privileged dtrace -Z -l -n 'slog*:::' 2>/dev/null </dev/null | $awk -v pids="$1" '
		{ probes[$2]++ }
		END {
			n = split(pids, pid, " ")
			for (i = 1; i <= n; i++) print "probes " pid[i] " " probes["slog" pid[i]] + 0
		}'
}

# The last lines of a service, each behind its name. A sick pool may never answer.
log_of() {
	log=/var/svc/log/oxide-crucible-downstairs:downstairs-${1##*/}.log
	{
		zlogin "${1%/*}" tail -c 16384 "$log" 2>/dev/null </dev/null
		printf '\nstatus %s\n' "$?"
	} | $awk -v name="$1" '
		{
			bytes += length(before) + 1
			# The first line is only the end of one where there was more before.
			if (before != "") lines[++count] = before
			before = $0
		}
		NR == 2 { first = count }
		END {
			from = count - 11 > 1 ? count - 11 : (bytes > 16384 && first == 1 ? 2 : 1)
			for (i = from; i <= count; i++) print "log:" name " " substr(lines[i], 1, 400)
			if (before == "status 0") print "logged " name
			else print "unlogged " name " " substr(before, 8)
		}' &
	reader=$!
	(
		over=
		trap 'over=1; kill "$sleeper"' TERM
		sleep 5 &
		sleeper=$!
		[ -z "$over" ] && wait "$sleeper" && [ -z "$over" ] && kill -KILL "$reader"
	) >/dev/null 2>&1 </dev/null &
	watcher=$!
	wait "$reader" 2>/dev/null
	[ "$?" -le 128 ] || printf 'unlogged %s slow\n' "$1"
	kill -TERM "$watcher" 2>/dev/null
}

printf 'explain\n'
tracer=
pids=
traced=0
for word; do
	case $word in
	*[!0-9]* | '') continue ;;
	esac
	traced=$((traced + 1))
	[ "$traced" -gt 4 ] || pids="$pids $word"
done
if [ -n "$pids" ]; then
	say_probes "$pids"
	while [ "$traced" -lt 4 ]; do
		traced=$((traced + 1))
		pids="$pids 0"
	done
	# shellcheck disable=SC2086
	sh "$here/run-d.sh" slog.d "$seconds" $pids </dev/null &
	tracer=$!
fi
for word; do
	case $word in
	*/*) log_of "$word" ;;
	esac
done
status=0
if [ -n "$tracer" ]; then
	wait "$tracer"
	status=$?
fi
printf 'end\n'
exit "$status"
