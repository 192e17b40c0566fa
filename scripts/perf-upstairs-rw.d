/*
 * perf-upstairs-rw.d: time of guest IOs in three parts: to the work queue, in the downstairs, to their end.
 *
 *	dtrace -Z -s perf-upstairs-rw.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... part=...
 *
 *	zone  zone of the process
 *	pid   process
 *	type  read, write, write-unwritten, flush, barrier
 *	part  part of the way of an IO; the probe says which
 *
 * part 1 runs from when the upstairs makes a job of an IO to when the job is on the queue for the three
 * downstairs, 2 from there to the last answer of a downstairs that came before the end, 3 from there to the
 * end. An IO that ends before any downstairs has answered counts in part 1 only.
 *
 * A write is answered to the guest before it is queued. For these probes it ends when two of the three
 * downstairs have it. When a downstairs is given up, each queued write that the two others have ends once
 * more, so more may end than began.
 *
 * Two IOs with the same number, under way at once, cannot be told apart (each disk of a process numbers its
 * jobs from 1000, and these probes do not say which disk it was): neither is timed, and a line zone=...
 * pid=... type=... ambiguous=N counts them.
 *
 * It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what
 * came since the last print. PID limits it to one process (0: all).
 *
 * With FIELDS as the last argument a line after the histograms of each interval says how long it was and when
 * it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/perf-upstairs-rw.ts: change that, not this file.
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

crucible_upstairs*:::gw-read-start,
crucible_upstairs*:::gw-write-start,
crucible_upstairs*:::gw-write-unwritten-start,
crucible_upstairs*:::gw-flush-start,
crucible_upstairs*:::gw-barrier-start
/$3 == 0 || pid == $3/
{
	this->at = taken[pid, arg0];
	taken[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
	second[pid, arg0] = 0;
	third[pid, arg0] = 0;
}

crucible_upstairs*:::up-to-ds-read-start,
crucible_upstairs*:::up-to-ds-write-start,
crucible_upstairs*:::up-to-ds-write-unwritten-start,
crucible_upstairs*:::up-to-ds-flush-start,
crucible_upstairs*:::up-to-ds-barrier-start
/taken[pid, arg0] > 1000 && second[pid, arg0] == 0/
{
	second[pid, arg0] = timestamp;
}

crucible_upstairs*:::ds-read-client-done,
crucible_upstairs*:::ds-write-client-done,
crucible_upstairs*:::ds-write-unwritten-client-done,
crucible_upstairs*:::ds-flush-client-done,
crucible_upstairs*:::ds-barrier-client-done
/second[pid, arg0] != 0/
{
	third[pid, arg0] = timestamp;
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
{
	this->at = taken[pid, arg0];
	this->second = second[pid, arg0];
	this->third = third[pid, arg0];
	second[pid, arg0] = 0;
	third[pid, arg0] = 0;
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
/this->at > 1000/
{
	taken[pid, arg0] = 0;
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
/this->at > 1000 && this->second != 0/
{
	@latency[zonename, pid, this->type, 1] = quantize(this->second - this->at);
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
/this->at > 1000 && this->third != 0/
{
	@latency[zonename, pid, this->type, 2] = quantize(this->third - this->second);
	@latency[zonename, pid, this->type, 3] = quantize(timestamp - this->third);
}

crucible_upstairs*:::gw-read-done,
crucible_upstairs*:::gw-write-done,
crucible_upstairs*:::gw-write-unwritten-done,
crucible_upstairs*:::gw-flush-done,
crucible_upstairs*:::gw-barrier-done
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
