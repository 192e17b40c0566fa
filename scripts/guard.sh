# guard.sh: what every command that cruc-fleet starts on a sled runs under. cruc-fleet sends it with each command, after
# lines that set the names below and a function payload; it is never uploaded, and does nothing by hand.
#
#	word	in every mark: random, so that nothing that a command prints looks like one
#	limit	seconds after which the payload is ended, whoever still listens
#	beat	seconds without a line on standard input after which it is ended; 0: standard input is the payload's
#	grace	seconds between TERM and KILL
#	term	all: TERM goes to all that runs; payload: to the payload alone, which has last words of its own
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
signal_all() {
	kill "-$1" "-$$" 2>/dev/null && return
	[ -n "${SSH_CONNECTION-}" ] && kill "-$1" 0 2>/dev/null && return
	kill "-$1" "$running" 2>/dev/null
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
	# Nothing ends this shell yet where ps never answers, as on a sled that is ill.
	(exec </dev/null 3<&- >/dev/null 2>&1; give_up) &
	impatient=$!
	age=$(ps -o etime= -p "$pid" 2>/dev/null </dev/null | tr -d ' ')
	kill -KILL "$impatient" 2>/dev/null
	case $age in
	'' | *[!0-9:-]*) return 1 ;;
	esac
	holder="$holder, for $age"
	[ "$(seconds_of "$age")" -gt $((most + 60)) ]
}

# After five seconds, in short sleeps: what is left of them is soon gone.
give_up() {
	trap '' HUP PIPE TERM INT
	waited=0
	while [ "$waited" -lt 5 ]; do
		sleep 1 4>&-
		waited=$((waited + 1))
	done
	mark 'busy another run, or one that is gone: ps does not answer there'
	mark 'end 0'
	signal_all KILL
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

# A ksh counts signals from 256, so that it can tell them from what a command chose.
mark_end() {
	if [ "$1" -gt 256 ]; then
		mark "end $(($1 - 128))${2:+ $2} signal"
	else
		mark "end $1${2:+ $2}"
	fi
}

# Tells $self when our end of the connection has gone, or is silent for too long, or the time is over.
watch() {
	most=$((limit / 2 + 1)) lines=0 why=HUP
	while read -r -t "$beat" ignored; do
		lines=$((lines + 1))
		[ "$lines" -lt "$most" ] || { why=USR1 && break; }
	done
	kill "-$why" "$self"
}

# The same in two, for a sh whose read knows no time: what comes resets the seconds that are counted.
pass_beats_on() {
	while read -r ignored; do kill -USR2 "$self"; done
	kill -HUP "$self"
}

count_seconds() {
	while sleep 1; do kill -ALRM "$self" || exit; done
}

tick() {
	silent=$((silent + 1)) passed=$((passed + 1))
	[ "$silent" -lt "$beat" ] || [ "$beat" = 0 ] || reason=gone
	[ "$passed" -lt "$limit" ] || reason=limit
}

# Whether a wait has this status since a signal ended it.
is_of_waking() {
	[ -n "$woken" ] && [ "$1" -gt 128 ] || return 1
	case $(kill -l "$1" 2>/dev/null) in
	*ALRM | *USR2) return 0 ;;
	esac
	return 1
}

# Runs the payload and sees that it ends. Sets status, and reason if it was ended. Standard input is on 3, standard
# error on 7; what the shell itself has to say of what a signal ended is nobody's.
guarded() {
	reason= woken= silent=0 passed=0 watchers= status=0
	trap 'reason=gone' HUP PIPE
	trap 'reason=limit' USR1
	trap 'reason=signal' TERM INT
	trap 'woken=yes; tick' ALRM
	trap 'woken=yes; silent=0' USR2
	if [ "$beat" = 0 ]; then
		(exec <&3 3<&- 2>&7 7>&-; payload) &
		running=$!
	else
		(exec </dev/null 3<&- 2>&7 7>&-; payload) &
		running=$!
	fi
	if [ "$beat" != 0 ] && [ -n "${BASH_VERSION-}${KSH_VERSION-}" ]; then
		(exec <&3 3<&- 4>&- 5>&- 6>&- 7>&- >/dev/null; watch) &
		watchers=$!
	else
		(exec </dev/null 3<&- 4>&- 5>&- 6>&- 7>&- >/dev/null; count_seconds) &
		watchers=$!
		if [ "$beat" != 0 ]; then
			(exec <&3 3<&- 4>&- 5>&- 6>&- 7>&- >/dev/null; pass_beats_on) &
			watchers="$watchers $!"
		fi
	fi
	# A signal ends a wait before its time. 127 is a wait for what has been waited for, if that gave a status of the
	# payload's: else it is the payload's own.
	ended=no
	while [ -z "$reason" ]; do
		woken=
		wait "$running"
		again=$?
		[ "$again$ended" = 127yes ] || status=$again
		is_of_waking "$again" || ended=yes
		[ -n "$woken" ] || break
	done
	if [ -n "$reason" ]; then
		trap '' HUP PIPE USR1 USR2 TERM INT ALRM
		case $term in
		all) signal_all TERM ;;
		*) kill -TERM "$running" ;;
		esac
		(
			exec 5>&- 6>&- >/dev/null
			sleep "$grace" 4>&-
			mark "stopped $reason"
			[ -z "$held" ] || rm -f "$held"
			signal_all KILL
		) &
		wait "$running"
		status=$?
	fi
	kill -KILL $watchers
}

# The same, and what the payload writes goes by way of tee, so that it can be counted. What carries the output outlives
# TERM, so that the last words of the payload arrive.
counted() {
	said=$(
		trap : TERM
		{
			{
				trap : TERM
				{
					self=$(exec sh -c 'echo $PPID')
					guarded
					printf 'status=%s reason=%s ' "$status" "$reason" >&6
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
	status= reason= carried= is_counted= lines= bytes=
	for each in $said; do
		case $each in
		status=*) status=${each#*=} ;;
		reason=*) reason=${each#*=} ;;
		carried=*) carried=${each#*=} ;;
		counted=*) is_counted=yes ;;
		*) lines=$bytes bytes=$each ;;
		esac
	done
	[ "$carried" = 0 ] || mark "cut what the command printed could not be passed on (tee or cat, status $carried)"
	[ -n "$is_counted" ] && [ "$carried" = 0 ] || lines=
	[ -z "$status" ] || mark_end "$status" "${lines:+$lines $bytes}"
}

running= held=
exec 3<&0 4>&1
mark begin
printf '\ncruc-fleet %s begin\n' "$word" >&2
if [ -n "$lock" ] && ! take_lock; then
	mark "busy $holder"
	mark 'end 0'
	exit 0
fi
exec 7>&2 2>/dev/null </dev/null
if [ "$count" = yes ]; then
	trap : HUP PIPE TERM INT
	counted
else
	self=$$
	guarded
	mark_end "$status"
fi
[ -z "$held" ] || rm -f "$held"
if [ -n "$reason" ]; then
	trap '' TERM
	mark "stopped $reason"
	signal_all KILL
fi
exit 0
