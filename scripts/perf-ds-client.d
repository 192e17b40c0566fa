/*
 * perf-ds-client.d: how long each downstairs client of the upstairs takes for a job.
 *
 *	dtrace -Z -s perf-ds-client.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... client=...
 *
 * The time of a job runs from when the upstairs hands it to a client's task to when that task returns the
 * answer of its downstairs. type is read, write, write-unwritten, flush or barrier; client is 0, 1 or 2.
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
#pragma D option dynvarsize=16m
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

crucible_upstairs*:::ds-read-client-start,
crucible_upstairs*:::ds-write-client-start,
crucible_upstairs*:::ds-write-unwritten-client-start,
crucible_upstairs*:::ds-flush-client-start,
crucible_upstairs*:::ds-barrier-client-start
/$3 == 0 || pid == $3/
{
	started[pid, arg0, arg1] = timestamp;
}

crucible_upstairs*:::ds-read-client-done
/started[pid, arg0, arg1] != 0/
{
	@latency[zonename, pid, "read", arg1] = quantize(timestamp - started[pid, arg0, arg1]);
	started[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-write-client-done
/started[pid, arg0, arg1] != 0/
{
	@latency[zonename, pid, "write", arg1] = quantize(timestamp - started[pid, arg0, arg1]);
	started[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-write-unwritten-client-done
/started[pid, arg0, arg1] != 0/
{
	@latency[zonename, pid, "write-unwritten", arg1] = quantize(timestamp - started[pid, arg0, arg1]);
	started[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-flush-client-done
/started[pid, arg0, arg1] != 0/
{
	@latency[zonename, pid, "flush", arg1] = quantize(timestamp - started[pid, arg0, arg1]);
	started[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-barrier-client-done
/started[pid, arg0, arg1] != 0/
{
	@latency[zonename, pid, "barrier", arg1] = quantize(timestamp - started[pid, arg0, arg1]);
	started[pid, arg0, arg1] = 0;
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
	printa("zone=%s pid=%d type=%s client=%d%@d\n", @latency);
	trunc(@latency);
	due = due + interval;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
