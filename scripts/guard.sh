# guard.sh: what every command that cruc-fleet starts on a sled runs under. cruc-fleet sends it with each command, after
# lines that set the names below and a function payload; it is never uploaded, and does nothing by hand.
#
#	word	in every mark: random, so that nothing that a command prints looks like one
#	limit	seconds after which the payload is ended, whoever still listens
#	beat	seconds without a line on standard input after which it is ended; 0: standard input is the payload's
#	grace	seconds between TERM and KILL
#	count	yes: the end mark says how many lines and bytes the payload wrote
#	lock	empty, or the name of what may run on a sled at most $room times at once
#	owner	who says so to others, in words
#
# The marks are lines of standard output, each after a newline of its own:
#
#	cruc-fleet WORD begin
#	cruc-fleet WORD note TEXT		something that the reader must know
#	cruc-fleet WORD cut TEXT		what the payload wrote is not all here, and why
#	cruc-fleet WORD busy TEXT		the payload was not started: the lock is held by TEXT
#	cruc-fleet WORD end STATUS [LINES BYTES] [signal]	the payload has ended, by a signal where the shell can tell
#	cruc-fleet WORD stopped gone|limit|signal	it was ended by the guard, and may have more to say than it could
#
# A process group of its own, as sshd gives to each command, makes sure that nothing is left: it is ended as a whole.

mark() {
	printf '\ncruc-fleet %s %s\n' "$word" "$1" >&4
}

# Everything that runs here, but never more: without a group of our own only the payload itself can be named.
signal() {
	kill "-$1" "-$$" 2>/dev/null && return
	[ -n "${SSH_CONNECTION-}" ] && kill "-$1" 0 2>/dev/null && return
	[ -z "$running" ] || kill "-$1" "$running" 2>/dev/null
}

# Locks are files, each made with its text in one step, as "PID LIMIT OWNER". A second one of the same name is
# another room. What is left of a guard that was killed is known by its process.
take_lock() {
	held=
	folder=${HOME-}/.cruc-fleet/locks
	if ! [ -d "$folder" ] && ! (umask 077 && mkdir -p "$folder") 2>/dev/null; then
		mark "note no lock could be written in ~/.cruc-fleet/locks: nothing keeps a second run away"
		return 0
	fi
	place=1
	while [ "$place" -le "$room" ]; do
		file=$folder/$lock.$place
		if claim "$file"; then return 0; fi
		if [ -e "$file" ] || [ -h "$file" ]; then
			if is_stale "$file" && rm -f "$file" && claim "$file"; then return 0; fi
		else
			mark "note no lock could be written in ~/.cruc-fleet/locks: nothing keeps a second run away"
			return 0
		fi
		place=$((place + 1))
	done
	return 1
}

# Fails where the file is there already.
claim() {
	set -C
	{ printf '%s %s %s\n' "$$" "$limit" "$owner" >"$1"; } 2>/dev/null && held=$1
	set +C
	[ -n "$held" ]
}

# Sets holder and age. A process of another time may have its number: it is not called cruc-fleet, or is older than
# a guard can be.
is_stale() {
	holder= pid= most=
	read -r pid most holder <"$1" 2>/dev/null
	case $pid$most in
	'' | *[!0-9]*)
		# It is being written, or not ours.
		holder='another run'
		return 1
		;;
	esac
	kill -0 "$pid" 2>/dev/null || return 0
	age=$(ps -o etime= -p "$pid" 2>/dev/null | tr -d ' ')
	case $age in
	'' | *[!0-9:-]*) return 1 ;;
	esac
	holder="$holder, for $age"
	[ "$(seconds_of "$age")" -gt $((most + 60)) ]
}

# [[days-]hours:]minutes:seconds
seconds_of() {
	days=0 clock=$1 sum=0
	case $clock in
	*-*) days=${clock%%-*} clock=${clock#*-} ;;
	esac
	while [ -n "$clock" ]; do
		part=${clock%%:*}
		case $clock in
		*:*) clock=${clock#*:} ;;
		*) clock= ;;
		esac
		part=${part#0}
		sum=$((sum * 60 + ${part:-0}))
	done
	echo $((days * 86400 + sum))
}

# What carries the output outlives TERM, so that the last words of the payload arrive: each shell on the way catches it,
# and what they start has it as it was.
counted() {
	trap : TERM
	# A shell may have something to say of what a signal ended.
	exec 7>&2 2>/dev/null
	said=$(
		trap : TERM
		{
			{
				trap : TERM
				{
					trap : TERM
					(exec 2>&7 7>&-; trap - TERM; payload)
					printf 'status=%s ' "$?" >&6
				} | {
					trap : TERM
					# Where a pipe cannot be opened by its number nothing is counted.
					if tee /dev/fd/5 </dev/null; then
						(trap '' TERM; exec tee /dev/fd/5) >&4
						printf 'carried=%s counted=yes ' "$?" >&6
					else
						(trap '' TERM; exec cat) >&4
						printf 'carried=%s ' "$?" >&6
					fi
				}
			} 5>&1 | (trap '' TERM; exec wc -lc) >&6
		} 6>&1
	)
	status= carried= counted= lines= bytes=
	for each in $said; do
		case $each in
		status=*) status=${each#*=} ;;
		carried=*) carried=${each#*=} ;;
		counted=*) counted=yes ;;
		*) lines=$bytes bytes=$each ;;
		esac
	done
	[ -n "$status" ] || return
	[ "$carried" = 0 ] || mark "cut what the command printed could not be passed on (tee or cat, status $carried)"
	[ -n "$counted" ] && [ "$carried" = 0 ] || lines=
	mark_end "$status" "${lines:+$lines $bytes}"
}

# A ksh counts signals from 256, so that it can tell them from what a command chose.
mark_end() {
	if [ "$1" -gt 256 ]; then
		mark "end $(($1 - 128))${2:+ $2} signal"
	else
		mark "end $1${2:+ $2}"
	fi
}

# Says when our end of the connection has gone, or is silent for too long, or the time is over.
watch() {
	most=$((limit / 2 + 1)) lines=0 why=HUP
	while read -r -t "$beat" ignored; do
		lines=$((lines + 1))
		[ "$lines" -lt "$most" ] || { why=USR1 && break; }
	done
	kill "-$why" "$$"
}

# The same in two, for a sh whose read knows no time: what comes resets the seconds that are counted.
pass_beats_on() {
	while read -r ignored; do kill -USR2 "$$"; done
	kill -HUP "$$"
}

count_seconds() {
	while sleep 1; do kill -ALRM "$$" || exit; done
}

tick() {
	silent=$((silent + 1)) passed=$((passed + 1))
	[ "$silent" -lt "$beat" ] || [ "$beat" = 0 ] || reason=gone
	[ "$passed" -lt "$limit" ] || reason=limit
}

running= watchers= reason= woken= held= status=0 silent=0 passed=0
exec 3<&0 4>&1
mark begin
printf '\ncruc-fleet %s begin\n' "$word" >&2
if [ -n "$lock" ] && ! take_lock; then
	mark "busy $holder"
	mark 'end 0'
	exit 0
fi

trap 'reason=gone' HUP PIPE
trap 'reason=limit' USR1
trap 'reason=signal' TERM INT
trap 'woken=yes; tick' ALRM
trap 'woken=yes; silent=0' USR2

run() {
	case $count in
	yes) counted ;;
	*) payload ;;
	esac
}

if [ "$beat" = 0 ]; then
	(exec <&3 3<&-; run) &
	running=$!
else
	(exec </dev/null 3<&-; run) &
	running=$!
fi
if [ "$beat" != 0 ] && [ -n "${BASH_VERSION-}${KSH_VERSION-}" ]; then
	(exec <&3 3<&- 4>&- >/dev/null 2>&1; watch) &
	watchers=$!
else
	(exec 3<&- 4>&- </dev/null >/dev/null 2>&1; count_seconds) &
	watchers=$!
	if [ "$beat" != 0 ]; then
		(exec <&3 3<&- 4>&- >/dev/null 2>&1; pass_beats_on) &
		watchers="$watchers $!"
	fi
fi
exec 3<&- 2>/dev/null

# A signal ends a wait before its time; 127 is a wait for what has been waited for.
while [ -z "$reason" ]; do
	woken=
	wait "$running"
	again=$?
	[ "$again" -eq 127 ] || status=$again
	[ -n "$woken" ] || break
done
if [ -n "$reason" ]; then
	trap '' HUP PIPE USR1 USR2 TERM INT ALRM
	signal TERM
	(
		sleep "$grace"
		mark "stopped $reason"
		[ -z "$held" ] || rm -f "$held"
		signal KILL
	) >/dev/null 2>&1 &
	wait "$running"
	status=$?
fi
kill -KILL $watchers
[ "$count" = yes ] || mark_end "$status"
[ -z "$held" ] || rm -f "$held"
[ -z "$reason" ] || {
	mark "stopped $reason"
	signal KILL
}
exit 0
