# upstairs-status.sh: what get-ds-state.sh and get-lr-state.sh have in common. It is sourced by them, never run.
#
# They set: name (of the script), kind (state or count: the values that a row shows), headings, usage (a function)
# and here (the folder of all three). Of kind count, -s adds the states and -a the other counters too.

LC_ALL=C
export LC_ALL

seconds=3
header=no
states=no
all=no

fail_usage() {
	printf '%s: %s; %s.sh -h explains it\n' "$name" "$1" "$name" >&2
	exit 2
}

while getopts ':ahHsw:' option; do
	case $option in
	h)
		usage
		exit 0
		;;
	a)
		[ "$kind" = count ] || fail_usage 'there is no option -a'
		states=yes
		all=yes
		;;
	H) header=yes ;;
	s) states=yes ;;
	w) seconds=${OPTARG%s} ;;
	:) fail_usage "option -$OPTARG needs a value" ;;
	*) fail_usage "there is no option -$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || fail_usage "unexpected argument '$1'"
case $seconds in
'' | *[!0-9]* | 0* | ?????*) fail_usage "-w takes whole seconds from 1 to 3600, not '$seconds'" ;;
esac
[ "$seconds" -le 3600 ] || fail_usage "-w takes whole seconds from 1 to 3600, not '$seconds'"

# The awk of old is still /usr/bin/awk on some systems; the new one is nawk there.
awk=awk
command -v nawk >/dev/null 2>&1 && awk=nawk

# Whoever is not root may hold dtrace's privileges in a profile.
privileged=
command -v pfexec >/dev/null 2>&1 && privileged=pfexec

# The zones and processes of this moment, each line tagged with $1 (1: before the watch, 2: after it).
# Without them a process that does not report could not be missed, so that a failure is said.
running() {
	if zones=$(zoneadm list -p); then
		[ -z "$zones" ] || printf '%s\n' "$zones" | sed "s/^/zone$1 /"
	else
		printf '%s: the zones could not be listed: a zone that does not report may be missing\n' "$name" >&2
	fi
	if processes=$(ps -eo pid,zone,args); then
		printf 'listed%s\n' "$1"
		printf '%s\n' "$processes" | sed "s/^/process$1 /"
	else
		printf '%s: the processes could not be listed: one that does not report may be missing\n' "$name" >&2
	fi
}

before=$(running 1)

rows=$($privileged dtrace -Z -s "$here/upstairs-status.d" "$seconds" </dev/null)
status=$?
[ "$status" -eq 0 ] || exit "$status"

after=$(running 2)

[ "$kind" = count ] && [ "$states" = yes ] && headings="$headings DS0 DS1 DS2"
[ "$all" = yes ] &&
	headings="$headings CON0 CON1 CON2 REP0 REP1 REP2 ER0 ER1 ER2 EC0 EC1 EC2 EXTENT RECONCILED NEEDED"
[ "$header" = yes ] || headings=

{
	printf '%s\n' "$before" "$after"
	[ -z "$rows" ] || printf '%s\n' "$rows" | sed 's/^/row /'
} | $awk -v kind="$kind" -v states="$states" -v all="$all" -v headings="$headings" -v name="$name" '
# A state in one spelling: LiveRepair, live_repair and the object {"type":"live_repair"} are live_repair.
function word(text,    parts, n, i, c, p, out) {
	if (text == "-") return "unknown"
	if (substr(text, 1, 1) == "{") {
		n = split(text, parts, "\"")
		text = parts[4]
		if (text == "stopping" && n >= 10) text = parts[10]
		if (text == "connecting" && n >= 12) {
			text = parts[12]
			if (text != "wait_quorum" && text != "reconcile" && text != "live_repair_ready")
				text = mode(parts, n)
		}
	}
	sub(/^_+/, "", text)
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		p = index("ABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
		if (p > 0) c = (i > 1 ? "_" : "") substr("abcdefghijklmnopqrstuvwxyz", p, 1)
		out = out c
	}
	if (out == "repair") return "reconcile"
	if (out == "failed_repair") return "failed_reconcile"
	if (out == "online_repair") return "live_repair"
	if (out == "online_repair_ready") return "live_repair_ready"
	if (out == "failed" || out == "fault") return "faulted"
	return out == "" ? "unknown" : out
}

# The connection mode in a connecting state, which says what it comes from: new, offline, faulted, replaced.
function mode(parts, n,    i) {
	for (i = 2; i + 2 <= n; i++) if (parts[i] == "mode") return parts[i + 2]
	return "connecting"
}

function base(path,    n, parts) {
	n = split(path, parts, "/")
	return parts[n]
}

# How wide value i of a row is: counters are narrow, states wide, those behind the states as their headings.
function format_of(i) {
	if (kind == "count" && i <= 6) return " %4s"
	if (i <= 9) return " %-17s"
	return i <= 21 ? " %6s" : " %10s"
}

# One line; cells are the values, joined by slashes.
function line_of(zone, pid, upstairs, session, cells, note,    i, n, part, line) {
	n = split(cells, part, "/")
	line = sprintf("%-56s %6s %-36s %-36s", zone, pid, upstairs, session)
	for (i = 1; i <= n; i++) line = line sprintf(format_of(i), part[i])
	if (note != "") line = line "  " note
	sub(/ +$/, "", line)
	return line
}

BEGIN {
	if (headings != "") {
		gsub(" ", "/", headings)
		print line_of("ZONE", "PID", "UPSTAIRS", "SESSION", headings, "") | "cat"
		close("cat")
	}
	sorted = "sort -k 1,1 -k 2,2n"
}

$1 ~ /^zone[12]$/ {
	split($2, field, ":")
	if (field[3] == "running" && field[2] ~ /^oxz_(propolis-server|crucible_pantry)_/)
		zones[field[2]] = zones[field[2]] substr($1, 5)
	next
}

$1 ~ /^listed[12]$/ {
	listed[substr($1, 7)] = 1
	next
}

$1 ~ /^process[12]$/ {
	alive[substr($1, 8), $2] = 1
	command = base($4)
	if (command == "propolis-server" || command == "crucible-pantry") {
		expected[$2] = expected[$2] substr($1, 8)
		zone_of[$2] = $3
	}
	next
}

$1 == "row" && NF == 1 { next }

$1 == "row" && NF == 29 && $3 ~ /^[0-9]+$/ {
	shown = word($6) "/" word($7) "/" word($8)
	counted = $9 "/" $10 "/" $11 "/" $12 "/" $13 "/" $14
	cells = kind == "state" ? shown : states == "yes" ? counted "/" shown : counted
	noted = cells
	if (all == "yes") {
		for (i = 15; i <= NF; i++) cells = cells "/" $i
		# Some of these counters grow with each report of a repair: what a session came from is its states alone.
		noted = shown
	}
	key = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5
	# Without ids two disks of one process cannot be told from one that changes: each set of values is a row.
	if ($4 == "-" && $5 == "-") key = key SUBSEP noted
	if (!(key in latest)) keys[++sessions] = key
	else if (last[key] != noted) {
		changes[key] = changes[key] (changes[key] == "" ? "" : ">") last[key]
		if (split(changes[key], each, ">") > 4) sub(/^[^>]*>/, "", changes[key])
	}
	latest[key] = cells
	last[key] = noted
	reported[$3] = 1
	zone_reported[$2] = 1
	next
}

$1 == "row" {
	sub(/^row /, "")
	printf "%s: not understood: %s\n", name, substr($0, 1, 200) | "cat >&2"
}

END {
	for (i = 1; i <= sessions; i++) {
		split(keys[i], id, SUBSEP)
		note = changes[keys[i]] == "" ? "" : "was=" changes[keys[i]]
		if ((2 in listed) && !((2, id[2]) in alive)) note = note (note == "" ? "" : ",") "exited"
		print line_of(id[1], id[2], id[3], id[4], latest[keys[i]], note) | sorted
	}
	none = "-"
	values = kind == "state" ? 3 : all == "yes" ? 24 : states == "yes" ? 9 : 6
	for (i = 2; i <= values; i++) none = none "/-"
	for (pid in expected) {
		zone_has[zone_of[pid]] = 1
		if (expected[pid] == "12" && !(pid in reported))
			print line_of(zone_of[pid], pid, "-", "-", none, "no_report") | sorted
	}
	for (zone in zones)
		if (zones[zone] == "12" && !(zone in zone_reported) && !(zone in zone_has))
			print line_of(zone, "-", "-", "-", none, "no_report") | sorted
}
'
