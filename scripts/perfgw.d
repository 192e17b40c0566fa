/*
 * perfgw.d: how long the guest's IOs take in the upstairs.
 *
 *	dtrace -Z -s perfgw.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=...
 *
 * The time of an IO runs from when the upstairs takes it to when it answers the guest. type is read, write,
 * write-unwritten, flush or barrier.
 *
 * A job's id is unique within its upstairs only. Processes are kept apart; two disks of one process that have
 * a job of the same number under way at the same time are not, since these probes do not say which disk it
 * was: such a job may be missing or count with a time that is too short.
 *
 * It ends by itself after SECONDS (30) and prints then; with an INTERVAL, it prints every so many seconds
 * what came since it printed last. PID limits it to one process (0: all).
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option bufsize=256k
#pragma D option aggsize=256k
#pragma D option dynvarsize=4m
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz
#pragma D option aggrate=10hz

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 30;
	interval = $2 > 0 ? $2 : 0;
	due = interval > 0 ? interval : limit;
	elapsed = 0;
}

crucible_upstairs*:::gw-read-start,
crucible_upstairs*:::gw-write-start,
crucible_upstairs*:::gw-write-unwritten-start,
crucible_upstairs*:::gw-flush-start,
crucible_upstairs*:::gw-barrier-start
/$3 == 0 || pid == $3/
{
	started[pid, arg0] = timestamp;
}

crucible_upstairs*:::gw-read-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "read"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-write-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "write"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-write-unwritten-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "write-unwritten"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-flush-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "flush"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-barrier-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "barrier"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

tick-1s
{
	elapsed++;
	this->rows = elapsed >= due && elapsed < limit;
}

dtrace:::END
{
	this->rows = 1;
}

tick-1s,
dtrace:::END
/this->rows/
{
	printa("zone=%s pid=%d type=%s%@d\n", @latency);
	trunc(@latency);
	due = due + interval;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
