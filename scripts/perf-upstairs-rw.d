/*
 * perf-upstairs-rw.d: how long the guest's IOs take in the upstairs, in three parts.
 *
 *	dtrace -Z -s perf-upstairs-rw.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... part=...
 *
 * part 1 runs from when the upstairs takes an IO to when the job is on the queue for the three downstairs, 2
 * from there to the last answer of a downstairs that came before the acknowledgement, 3 from there to the
 * acknowledgement. An IO that is acknowledged before any downstairs has answered counts in part 1 only. type
 * is read, write, write-unwritten, flush or barrier.
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
	taken[pid, arg0] = timestamp;
	/* A plain 0 would make these 32 bits wide. */
	queued[pid, arg0] = (int64_t)0;
	answered[pid, arg0] = (int64_t)0;
}

crucible_upstairs*:::up-to-ds-read-start,
crucible_upstairs*:::up-to-ds-write-start,
crucible_upstairs*:::up-to-ds-write-unwritten-start,
crucible_upstairs*:::up-to-ds-flush-start,
crucible_upstairs*:::up-to-ds-barrier-start
/taken[pid, arg0] != 0 && queued[pid, arg0] == 0/
{
	queued[pid, arg0] = timestamp;
}

crucible_upstairs*:::ds-read-client-done,
crucible_upstairs*:::ds-write-client-done,
crucible_upstairs*:::ds-write-unwritten-client-done,
crucible_upstairs*:::ds-flush-client-done,
crucible_upstairs*:::ds-barrier-client-done
/queued[pid, arg0] != 0/
{
	answered[pid, arg0] = timestamp;
}

crucible_upstairs*:::gw-read-done
{
	this->type = "read";
}

crucible_upstairs*:::gw-write-done
{
	this->type = "write";
}

crucible_upstairs*:::gw-write-unwritten-done
{
	this->type = "write-unwritten";
}

crucible_upstairs*:::gw-flush-done
{
	this->type = "flush";
}

crucible_upstairs*:::gw-barrier-done
{
	this->type = "barrier";
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
/queued[pid, arg0] != 0/
{
	@latency[zonename, pid, this->type, 1] = quantize(queued[pid, arg0] - taken[pid, arg0]);
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
/answered[pid, arg0] != 0/
{
	@latency[zonename, pid, this->type, 2] = quantize(answered[pid, arg0] - queued[pid, arg0]);
	@latency[zonename, pid, this->type, 3] = quantize(timestamp - answered[pid, arg0]);
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
{
	taken[pid, arg0] = 0;
	queued[pid, arg0] = 0;
	answered[pid, arg0] = 0;
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
	printa("zone=%s pid=%d type=%s part=%d%@d\n", @latency);
	trunc(@latency);
	due = due + interval;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
