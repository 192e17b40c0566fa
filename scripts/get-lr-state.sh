#!/bin/sh
#
# get-lr-state.sh: one row for each upstairs session on this sled, with its live repair counters.

name=get-lr-state
kind=count
headings='LRC0 LRC1 LRC2 LRA0 LRA1 LRA2'

usage() {
	cat <<'END'
usage: get-lr-state.sh [-H] [-w SECONDS]

Prints one row for each Crucible upstairs session on this sled, sorted by zone and PID:

    zone  PID  upstairs id  session id  LRC0 LRC1 LRC2  LRA0 LRA1 LRA2  [note]

LRC0 to LRC2 count the live repairs that each of its three downstairs has completed, and
LRA0 to LRA2 those that were aborted, since the session began. "-" is a counter that
could not be read.

A note is
    was=A/B/C/D/E/F  the counters changed while the session was watched; these came before
    no_report        a propolis or pantry process runs here, and no upstairs of it reported
    exited           the process was gone at the end

  -w SECONDS  watch for so long (1 to 3600; the default is 3). An upstairs reports about
              once a second.
  -s          print the states of the three downstairs too, behind the counters
  -H          print the headings first
  -h          print this

It needs the privilege to run dtrace, changes nothing on the sled and ends by itself.
The exit status is 0 if dtrace ran, also when no upstairs is here; dtrace's own if it
failed, with its message on standard error; 2 for wrong options.
END
}

case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
. "$here/upstairs-status.sh"
