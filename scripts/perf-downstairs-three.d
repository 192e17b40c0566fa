/*
 * perf-downstairs-three.d: how long IOs take in a downstairs, in three parts.
 *
 *	dtrace -Z -s perf-downstairs-three.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... part=...
 *
 * part 1 runs from when the downstairs takes an IO to when it starts its work on the files, 2 from there to
 * when that work is done (for a flush: on all extents), 3 from there to when it is about to answer. type is
 * read, write, write-unwritten or flush.
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
	taken[pid, arg0] = timestamp;
	/* A plain 0 would make these 32 bits wide. */
	to_os[pid, arg0] = (int64_t)0;
	from_os[pid, arg0] = (int64_t)0;
}

crucible_downstairs*:::os-read-start,
crucible_downstairs*:::os-write-start,
crucible_downstairs*:::os-writeunwritten-start,
crucible_downstairs*:::os-flush-start
/taken[pid, arg0] != 0 && to_os[pid, arg0] == 0/
{
	to_os[pid, arg0] = timestamp;
}

crucible_downstairs*:::os-read-done,
crucible_downstairs*:::os-write-done,
crucible_downstairs*:::os-writeunwritten-done,
crucible_downstairs*:::os-flush-done
/to_os[pid, arg0] != 0/
{
	from_os[pid, arg0] = timestamp;
}

crucible_downstairs*:::submit-read-done
{
	this->type = "read";
}

crucible_downstairs*:::submit-write-done
{
	this->type = "write";
}

crucible_downstairs*:::submit-writeunwritten-done
{
	this->type = "write-unwritten";
}

crucible_downstairs*:::submit-flush-done
{
	this->type = "flush";
}

crucible_downstairs*:::submit-read-done,
crucible_downstairs*:::submit-write-done,
crucible_downstairs*:::submit-writeunwritten-done,
crucible_downstairs*:::submit-flush-done
/from_os[pid, arg0] != 0/
{
	@latency[zonename, pid, this->type, 1] = quantize(to_os[pid, arg0] - taken[pid, arg0]);
	@latency[zonename, pid, this->type, 2] = quantize(from_os[pid, arg0] - to_os[pid, arg0]);
	@latency[zonename, pid, this->type, 3] = quantize(timestamp - from_os[pid, arg0]);
}

crucible_downstairs*:::submit-read-done,
crucible_downstairs*:::submit-write-done,
crucible_downstairs*:::submit-writeunwritten-done,
crucible_downstairs*:::submit-flush-done
{
	taken[pid, arg0] = 0;
	to_os[pid, arg0] = 0;
	from_os[pid, arg0] = 0;
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
