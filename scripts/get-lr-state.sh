#!/bin/sh
#
# get-lr-state.sh: one row for each upstairs session on this sled, with its live repair counters.

name=get-lr-state
kind=count
columns='live_repair_completed_0 live_repair_completed_1 live_repair_completed_2
	live_repair_aborted_0 live_repair_aborted_1 live_repair_aborted_2'

usage() {
	cat <<'END'
usage: get-lr-state.sh [-H | -f] [-s | -a] [-w SECONDS]

Prints one row for each Crucible upstairs session on this sled, sorted by zone and PID:

    zone  PID  upstairs id  session id  LRC0 LRC1 LRC2  LRA0 LRA1 LRA2  [note]

LRC0 to LRC2 count the live repairs that each of its three downstairs has completed, and
LRA0 to LRA2 those that were aborted, since the session began. "-" is a counter that
could not be read.

A note is
    was=A/B/C/D/E/F  the counters changed while the session was watched; these came before
    unreadable       its newest report could not be read; standard error says why
    no_report        a propolis or pantry process runs here, and no upstairs of it reported
    no_probes        the same, and this login, which is not root, sees no probe of any process:
                     dtrace_proc, proc_owner and proc_zone are needed
    exited           the process was gone at the end

  -w SECONDS  how long to watch (1 to 3600; the default is 3). An upstairs reports about
              once a second.
  -s          print the states of the three downstairs too, DS0 to DS2, after the counters
  -a          print all that cruc-fleet check judges by: the states as with -s, and after
              them connections, replacements, extents and the other counters that it reads,
              each under its heading with -H; the README explains them.
              Some of them grow all the time, so the note is was=A/B/C here: it has the
              earlier states, and no counters. Where an old Crucible gives no ids, each set
              of states is one row, with the newest counters that came with it: two disks of
              one process in the same states are one row.
  -H          print the headings first
  -f          for programs: name=value words instead of columns, states as Crucible spells
              them, when a session reported last and how often; rows are not sorted
  -h          print this

It needs the privilege to run dtrace, changes nothing on the sled and ends by itself.
The exit status is 0 if dtrace ran, even if no upstairs is here. If dtrace failed, it is
dtrace's own, with its message on standard error. It is 2 for wrong options.
END
}

case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
for file in upstairs-status.sh upstairs-status.d; do
	[ -r "$here/$file" ] && continue
	printf '%s.sh: upstairs-status.sh and upstairs-status.d must lie beside it; %s is not in %s\n' \
		"$name" "$file" "$here" >&2
	exit 2
done
. "$here/upstairs-status.sh"
