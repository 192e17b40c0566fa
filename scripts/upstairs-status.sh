# upstairs-status.sh: what get-ds-state.sh and get-lr-state.sh have in common. It is sourced by them, never run.
#
# They set: name (of the script), kind (state or count), columns (the names of the values that a row shows, as
# upstairs-status.d has them), usage (a function) and here (the folder of all three). Of kind count, -s adds the
# states and -a everything else that upstairs-status.d prints.

LC_ALL=C
export LC_ALL

seconds=3
header=no
fields=no
states=no
all=no

fail_usage() {
	printf '%s: %s; %s.sh -h explains it\n' "$name" "$1" "$name" >&2
	exit 2
}

while getopts ':afhHsw:' option; do
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
	f) fields=yes ;;
	H) header=yes ;;
	s) states=yes ;;
	w) seconds=${OPTARG%s} ;;
	:) fail_usage "option -$OPTARG needs a value" ;;
	*) fail_usage "there is no option -$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || fail_usage "unexpected argument '$1'"
[ "$header$fields" != yesyes ] || fail_usage 'with -f there are no headings: leave -H out'
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

# No text that is split into lines or words here is a pattern of files.
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

# The lines of $2, each tagged with $1, so that none passes for one of another kind: printf repeats its format for
# each, without a process.
tagged() {
	IFS='
'
	[ -z "$2" ] || printf "$1 %s\n" $2
	unset IFS
}

# Sets zones, processes and listed (yes: the processes are known) to those of this moment. Without them a process
# that does not report could not be missed, so that a failure is said.
list() {
	zones=$(zoneadm list -p) || {
		zones=
		printf '%s: the zones could not be listed: a zone that does not report may be missing\n' "$name" >&2
	}
	listed=yes
	processes=$(ps -eo pid,zone,args) || {
		processes= listed=
		printf '%s: the processes could not be listed: one that does not report may be missing\n' "$name" >&2
	}
}

# What was listed before the watch (1) or after it (2), each line tagged with its kind and $1.
seen() {
	tagged "zone$1" "$2"
	[ -z "$4" ] || printf 'listed%s\n' "$1"
	tagged "process$1" "$3"
}

list
zones_before=$zones processes_before=$processes listed_before=$listed

# Where all of this is one text for pilot or sush, the D program is a part of it.
if [ -n "${cruc_fleet_program-}" ]; then
	set -- -n "$cruc_fleet_program"
else
	set -- -s "$here/upstairs-status.d"
fi
rows=$($privileged dtrace -Z "$@" "$seconds" </dev/null)
status=$?
[ "$status" -eq 0 ] || exit "$status"

# Root lacks no privilege. Where anything reported, probes are seen.
login= visible=some
case $rows in
*zone=*) ;;
*)
	login=$($privileged id -u 2>/dev/null)
	[ "$login" = 0 ] || visible=$(visible_probes)
	;;
esac

list

set -- $columns
columns="$* "

# Makes the rows of all that was seen; those for people in no order, their headings first.
merged() {
	{
		seen 1 "$zones_before" "$processes_before" "$listed_before"
		seen 2 "$zones" "$processes" "$listed"
		tagged row "$rows"
	} | $awk -v kind="$kind" -v states="$states" -v all="$all" -v fields="$fields" -v header="$header" \
	-v columns="$columns" -v name="$name" -v visible="$visible" -v login="$login" -v host="$(uname -n)" '
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

# The words name=value of a line into value[], the rest of the line behind unreadable= as one. 0 where a word is none.
function take(line,    n, i, part, at) {
	split("", value)
	at = index(line, " unreadable=")
	if (at > 0) {
		value["unreadable"] = substr(line, at + 12)
		line = substr(line, 1, at - 1)
	}
	n = split(line, part, " ")
	for (i = 1; i <= n; i++) {
		at = index(part[i], "=")
		if (at < 2) return 0
		value[substr(part[i], 1, at - 1)] = substr(part[i], at + 1)
	}
	return n > 0
}

# The columns that upstairs-status.d prints: NAME=HEADING:WIDTH words.
function learn(line,    n, i, part, pair) {
	n = split(line, part, " ")
	for (i = 1; i <= n; i++) {
		split(part[i], pair, /[=:]/)
		printed[++prints] = pair[1]
		heading[pair[1]] = pair[2]
		width[pair[1]] = pair[3]
	}
}

# Which columns are shown, in their order, and which of them a note tells of.
function choose(    n, i, part, chosen) {
	n = split(columns (states == "yes" ? "ds0 ds1 ds2" : ""), part, " ")
	for (i = 1; i <= n; i++) {
		shown[++shows] = part[i]
		chosen[part[i]] = 1
	}
	if (all == "yes") for (i = 1; i <= prints; i++) if (!(printed[i] in chosen)) shown[++shows] = printed[i]
	for (i = 1; i <= shows; i++) if (all != "yes" || shown[i] ~ /^ds[0-2]$/) noted[++notes] = shown[i]
}

# The value of a column as it is shown, states in one spelling.
function cell(column) {
	return column ~ /^ds[0-2]$/ ? word(value[column]) : value[column]
}

# The values of some columns, joined by slashes.
function joined(list, n,    i, out) {
	out = ""
	for (i = 1; i <= n; i++) out = out (i > 1 ? "/" : "") cell(list[i])
	return out
}

# One line for people; cells are the values, joined by slashes.
function line_of(zone, pid, upstairs, session, cells, note,    i, n, part, line) {
	n = split(cells, part, "/")
	line = sprintf("%-56s %6s %-36s %-36s", zone, pid, upstairs, session)
	for (i = 1; i <= n; i++) line = line sprintf(shown[i] ~ /^ds[0-2]$/ ? " %-17s" : " %" width[shown[i]] "s", part[i])
	if (note != "") line = line "  " note
	sub(/ +$/, "", line)
	return line
}

# A row for people of what has no values.
function silent(zone, pid, note,    i, cells) {
	cells = "-"
	for (i = 2; i <= shows; i++) cells = cells "/-"
	return line_of(zone, pid, "-", "-", cells, note)
}

NF == 0 { next }

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

{ sub(/^row /, "") }

$1 == "columns" && prints == 0 {
	learn(substr($0, 9))
	choose()
	next
}

/^(began|ended)_ns=[0-9]+$/ {
	window = window (window == "" ? "" : " ") $0
	next
}

take($0) && ("zone" in value) && value["pid"] ~ /^[0-9]+$/ && whole() {
	unreadable = "unreadable" in value
	if (!unreadable && (value["ds0"] == "-" || value["ds1"] == "-" || value["ds2"] == "-")) {
		unreadable = 1
		value["unreadable"] = "it does not have the states of three downstairs"
	}
	upstairs = "upstairs_id" in value ? value["upstairs_id"] : "-"
	session = "session_id" in value ? value["session_id"] : "-"
	key = value["zone"] SUBSEP value["pid"] SUBSEP upstairs SUBSEP session
	note = unreadable ? "unreadable" : joined(noted, notes)
	# Without ids two disks of one process cannot be told from one that changes: each set of values is a row.
	if (upstairs == "-" && session == "-") key = key SUBSEP note
	if (!(key in newest)) keys[++sessions] = key
	else if (last[key] != note) {
		changes[key] = changes[key] (changes[key] == "" ? "" : ">") last[key]
		if (split(changes[key], each, ">") > 4) sub(/^[^>]*>/, "", changes[key])
	}
	newest[key] = $0
	last[key] = note
	reasons[key] = unreadable ? value["unreadable"] : ""
	reports[key]++
	reported[value["pid"]] = 1
	zone_reported[value["zone"]] = 1
	next
}

{ printf "%s: not understood: %s\n", name, substr($0, 1, 200) | "cat >&2" }

# That a process of zone did not report, and that this login could not have seen it where that is so.
function say_silent(zone, pid) {
	if (fields != "yes") {
		print silent(zone, pid == "" ? "-" : pid, visible == "none" ? "no_probes" : "no_report")
		hidden += visible == "none"
		return
	}
	print "zone=" zone (pid == "" ? "" : " pid=" pid) " no_report=yes" \
		(visible == "none" ? " probes=none" (login == "" ? "" : " login=" login) : "")
}

# Whether the line has each value that upstairs-status.d said it prints, or says why it has none.
function whole(    i) {
	if ("unreadable" in value) return 1
	if (prints == 0) return 0
	for (i = 1; i <= prints; i++) if (!(printed[i] in value)) return 0
	return 1
}

END {
	if (header == "yes") {
		for (i = 1; i <= shows; i++) head = head (i > 1 ? "/" : "") heading[shown[i]]
		print line_of("ZONE", "PID", "UPSTAIRS", "SESSION", head, "")
	}
	if (fields == "yes" && window != "") print window (host == "" ? "" : " host=" host)
	for (i = 1; i <= sessions; i++) {
		key = keys[i]
		split(key, id, SUBSEP)
		gone = (2 in listed) && !((2, id[2]) in alive)
		if (fields == "yes") {
			line = newest[key]
			if (reasons[key] != "") sub(/ unreadable=.*$/, "", line)
			line = line " reports=" reports[key]
			if (changes[key] != "") {
				line = line " noted="
				for (j = 1; j <= notes; j++) line = line (j > 1 ? "/" : "") noted[j]
				line = line " was=" changes[key]
			}
			if (gone) line = line " exited=yes"
			if (reasons[key] != "") line = line " unreadable=" reasons[key]
			print line
			continue
		}
		note = changes[key] == "" ? "" : "was=" changes[key]
		if (reasons[key] != "") {
			note = note (note == "" ? "" : ",") "unreadable"
			printf "%s: a report of %s (PID %s) could not be read: %s\n", name, id[1], id[2], reasons[key] | "cat >&2"
		}
		if (gone) note = note (note == "" ? "" : ",") "exited"
		take(newest[key])
		if ("ds0" in value) print line_of(id[1], id[2], id[3], id[4], joined(shown, shows), note)
		else print silent(id[1], id[2], note)
	}
	for (pid in expected) {
		zone_has[zone_of[pid]] = 1
		if (expected[pid] != "12" || (pid in reported)) continue
		say_silent(zone_of[pid], pid)
	}
	for (zone in zones) {
		if (zones[zone] != "12" || (zone in zone_reported) || (zone in zone_has)) continue
		say_silent(zone, "")
	}
	if (hidden > 0) printf "%s: no probes visible: dtrace_proc, proc_owner and proc_zone are needed\n", name | "cat >&2"
}
'
}

if [ "$fields" = yes ]; then
	merged
	exit
fi

rows=$(merged) || exit
[ -n "$rows" ] || exit 0
printf '%s\n' "$rows" | {
	if [ "$header" = yes ]; then
		IFS= read -r line
		printf '%s\n' "$line"
	fi
	sort -k 1,1 -k 2,2n
} || {
	printf '%s: rows may be missing: sort failed\n' "$name" >&2
	exit 1
}
