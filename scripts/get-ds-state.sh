#!/bin/sh
#
# get-ds-state.sh: one row for each upstairs session on this sled, with the state of its three downstairs.

name=get-ds-state
kind=state
columns='ds0 ds1 ds2'

usage() {
	cat <<'END'
usage: get-ds-state.sh [-H | -f] [-w SECONDS]

Prints one row for each Crucible upstairs session on this sled, sorted by zone and PID:

    zone  PID  upstairs id  session id  DS0  DS1  DS2  [note]

DS0 to DS2 are the states of its three downstairs (active, live_repair, faulted, ...);
"unknown" is a state that could not be read.

A note is
    was=A/B/C   the session changed its states while it was watched; A/B/C came before
    unreadable  its newest report could not be read; standard error says why
    no_report   a propolis or pantry process runs here, and no upstairs of it reported
    no_probes   the same, and this login, which is not root, sees no probe of any process:
                dtrace_proc, proc_owner and proc_zone are needed
    exited      the process was gone at the end

  -w SECONDS  how long to watch (1 to 3600; the default is 3). An upstairs reports about
              once a second.
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
