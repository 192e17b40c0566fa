/*
 * perf-downstairs-three.d: time of IOs in the downstairs in three parts: to the system, in it, to the answer.
 *
 *	dtrace -Z -s perf-downstairs-three.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... part=...
 *
 *	zone  zone of the process
 *	pid   process
 *	type  read, write, write-unwritten, flush
 *	part  part of the way of an IO; the probe says which
 *
 * part 1 runs from when the downstairs takes an IO to when it starts its work on the files, 2 from there to
 * when that work is done (for a flush: on all extents), 3 from there to when it is about to answer.
 *
 * Two IOs with the same number, under way at once, cannot be told apart (each upstairs numbers its jobs from
 * 1000, and several upstairs may read one region at once): neither is timed, and a line zone=... pid=...
 * type=... ambiguous=N counts them.
 *
 * It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what
 * came since the last print. PID limits it to one process (0: all).
 *
 * With FIELDS as the last argument a line after the histograms of each interval says how long it was and when
 * it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/perf-downstairs-three.ts: change that, not this file.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option bufsize=256k
#pragma D option aggsize=1m
#pragma D option dynvarsize=4m
#pragma D option cleanrate=333hz
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz
#pragma D option aggrate=10hz

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 30;
	interval = $2 > 0 ? $2 : 0;
	due = interval > 0 ? interval : limit;
	elapsed = 0;
	fields = $$4 == "FIELDS";
	number = 0;
	now = timestamp;
	wall = walltimestamp;
	since = now;
	/* Only to say what kind of values these hold. */
	taken[0, (int64_t)0] = (uint64_t)0;
	second[0, (int64_t)0] = (uint64_t)0;
	third[0, (int64_t)0] = (uint64_t)0;
}

crucible_downstairs*:::submit-read-start,
crucible_downstairs*:::submit-write-start,
crucible_downstairs*:::submit-writeunwritten-start,
crucible_downstairs*:::submit-flush-start
/$3 == 0 || pid == $3/
{
	this->at = taken[pid, arg0];
	taken[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
	second[pid, arg0] = 0;
	third[pid, arg0] = 0;
}

crucible_downstairs*:::os-read-start,
crucible_downstairs*:::os-write-start,
crucible_downstairs*:::os-writeunwritten-start,
crucible_downstairs*:::os-flush-start
/taken[pid, arg0] > 1000 && second[pid, arg0] == 0/
{
	second[pid, arg0] = timestamp;
}

crucible_downstairs*:::os-read-done,
crucible_downstairs*:::os-write-done,
crucible_downstairs*:::os-writeunwritten-done,
crucible_downstairs*:::os-flush-done
/second[pid, arg0] != 0/
{
	third[pid, arg0] = timestamp;
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
{
	this->at = taken[pid, arg0];
	this->second = second[pid, arg0];
	this->third = third[pid, arg0];
	second[pid, arg0] = 0;
	third[pid, arg0] = 0;
}

crucible_downstairs*:::submit-read-done,
crucible_downstairs*:::submit-write-done,
crucible_downstairs*:::submit-writeunwritten-done,
crucible_downstairs*:::submit-flush-done
/this->at > 1000/
{
	taken[pid, arg0] = 0;
}

crucible_downstairs*:::submit-read-done,
crucible_downstairs*:::submit-write-done,
crucible_downstairs*:::submit-writeunwritten-done,
crucible_downstairs*:::submit-flush-done
/this->at > 1000 && this->second != 0/
{
	@latency[zonename, pid, this->type, 1] = quantize(this->second - this->at);
}

crucible_downstairs*:::submit-read-done,
crucible_downstairs*:::submit-write-done,
crucible_downstairs*:::submit-writeunwritten-done,
crucible_downstairs*:::submit-flush-done
/this->at > 1000 && this->third != 0/
{
	@latency[zonename, pid, this->type, 2] = quantize(this->third - this->second);
	@latency[zonename, pid, this->type, 3] = quantize(timestamp - this->third);
}

crucible_downstairs*:::submit-read-done,
crucible_downstairs*:::submit-write-done,
crucible_downstairs*:::submit-writeunwritten-done,
crucible_downstairs*:::submit-flush-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, this->type] = count();
	taken[pid, arg0] = this->at - 1;
}

tick-1s
{
	elapsed++;
	now = timestamp;
	wall = walltimestamp;
	this->rows = elapsed >= due && elapsed < limit;
}

dtrace:::END
{
	now = elapsed < limit ? timestamp : now;
	wall = elapsed < limit ? walltimestamp : wall;
	this->rows = 1;
}

tick-1s,
dtrace:::END
/this->rows/
{
	printa("zone=%s pid=%d type=%s part=%d%@d\n", @latency);
	printa("zone=%s pid=%d type=%s ambiguous=%@d\n", @ambiguous);
	trunc(@latency);
	trunc(@ambiguous);
	due = due + interval;
}

tick-1s,
dtrace:::END
/this->rows && fields/
{
	printf("interval=%d elapsed_ns=%d time_ns=%d\n", number, now - since, wall);
	number++;
	since = now;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
