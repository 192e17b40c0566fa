/*
 * perf-downstairs-os.d: how long the operating system takes for the IOs of a downstairs.
 *
 *	dtrace -Z -s perf-downstairs-os.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=...
 *
 * The time of an IO runs from when the downstairs starts its work on the files to when that work is done.
 * type is read, write, write-unwritten or flush.
 *
 * A job's id is unique within its upstairs only. A region that several upstairs read at once, which a
 * read-only one may be, can mix them.
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

crucible_downstairs*:::os-read-start,
crucible_downstairs*:::os-write-start,
crucible_downstairs*:::os-writeunwritten-start,
crucible_downstairs*:::os-flush-start
/$3 == 0 || pid == $3/
{
	started[pid, arg0] = timestamp;
}

crucible_downstairs*:::os-read-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "read"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::os-write-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "write"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::os-writeunwritten-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "write-unwritten"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::os-flush-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "flush"] = quantize(timestamp - started[pid, arg0]);
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
