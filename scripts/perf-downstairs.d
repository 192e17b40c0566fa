/*
 * perf-downstairs.d: how long IOs take in a downstairs.
 *
 *	dtrace -Z -s perf-downstairs.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=...
 *
 * The time of an IO runs from when the downstairs takes it to when it is about to answer. type is read,
 * write, write-unwritten or flush, or close, flush-close, repair, reopen or noop for the jobs of live repair.
 * Barriers are not timed: no probe says when one is done.
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

crucible_downstairs*:::submit-read-start,
crucible_downstairs*:::submit-write-start,
crucible_downstairs*:::submit-writeunwritten-start,
crucible_downstairs*:::submit-flush-start
/$3 == 0 || pid == $3/
{
	started[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-read-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "read"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::submit-write-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "write"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::submit-writeunwritten-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "write-unwritten"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::submit-flush-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "flush"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_downstairs*:::submit-el-close-start
/$3 == 0 || pid == $3/
{
	close_at[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-el-flush-close-start
/$3 == 0 || pid == $3/
{
	flush_close_at[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-el-repair-start
/$3 == 0 || pid == $3/
{
	repair_at[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-el-reopen-start
/$3 == 0 || pid == $3/
{
	reopen_at[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-el-noop-start
/$3 == 0 || pid == $3/
{
	noop_at[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-el-close-done
/close_at[pid, arg0] != 0/
{
	@latency[zonename, pid, "close"] = quantize(timestamp - close_at[pid, arg0]);
	close_at[pid, arg0] = 0;
}

crucible_downstairs*:::submit-el-close-done
/flush_close_at[pid, arg0] != 0/
{
	@latency[zonename, pid, "flush-close"] = quantize(timestamp - flush_close_at[pid, arg0]);
	flush_close_at[pid, arg0] = 0;
}

crucible_downstairs*:::submit-el-repair-done
/repair_at[pid, arg0] != 0/
{
	@latency[zonename, pid, "repair"] = quantize(timestamp - repair_at[pid, arg0]);
	repair_at[pid, arg0] = 0;
}

crucible_downstairs*:::submit-el-done
/reopen_at[pid, arg0] != 0/
{
	@latency[zonename, pid, "reopen"] = quantize(timestamp - reopen_at[pid, arg0]);
	reopen_at[pid, arg0] = 0;
}

crucible_downstairs*:::submit-el-done
/noop_at[pid, arg0] != 0/
{
	@latency[zonename, pid, "noop"] = quantize(timestamp - noop_at[pid, arg0]);
	noop_at[pid, arg0] = 0;
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
