/*
 * perfgw.d: time of guest IOs in the upstairs; of a write, until two of the three downstairs have it.
 *
 *	dtrace -Z -s perfgw.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=...
 *
 *	zone  zone of the process
 *	pid   process
 *	type  read, write, write-unwritten, flush, barrier
 *
 * The time of an IO runs from when the upstairs makes a job of it to when the job is done.
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
 * Made by "npm run scripts" of src/probes/perfgw.ts: change that, not this file.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option bufsize=256k
#pragma D option aggsize=256k
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
	read_at[0, (int64_t)0] = (uint64_t)0;
	write_at[0, (int64_t)0] = (uint64_t)0;
	write_unwritten_at[0, (int64_t)0] = (uint64_t)0;
	flush_at[0, (int64_t)0] = (uint64_t)0;
	barrier_at[0, (int64_t)0] = (uint64_t)0;
}

crucible_upstairs*:::gw-read-start
/$3 == 0 || pid == $3/
{
	this->at = read_at[pid, arg0];
	read_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-read-done
{
	this->at = read_at[pid, arg0];
}

crucible_upstairs*:::gw-read-done
/this->at > 1000/
{
	@latency[zonename, pid, "read"] = quantize(timestamp - this->at);
	read_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-read-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "read"] = count();
	read_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-write-start
/$3 == 0 || pid == $3/
{
	this->at = write_at[pid, arg0];
	write_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-write-done
{
	this->at = write_at[pid, arg0];
}

crucible_upstairs*:::gw-write-done
/this->at > 1000/
{
	@latency[zonename, pid, "write"] = quantize(timestamp - this->at);
	write_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-write-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "write"] = count();
	write_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-write-unwritten-start
/$3 == 0 || pid == $3/
{
	this->at = write_unwritten_at[pid, arg0];
	write_unwritten_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-write-unwritten-done
{
	this->at = write_unwritten_at[pid, arg0];
}

crucible_upstairs*:::gw-write-unwritten-done
/this->at > 1000/
{
	@latency[zonename, pid, "write-unwritten"] = quantize(timestamp - this->at);
	write_unwritten_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-write-unwritten-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "write-unwritten"] = count();
	write_unwritten_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-flush-start
/$3 == 0 || pid == $3/
{
	this->at = flush_at[pid, arg0];
	flush_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-flush-done
{
	this->at = flush_at[pid, arg0];
}

crucible_upstairs*:::gw-flush-done
/this->at > 1000/
{
	@latency[zonename, pid, "flush"] = quantize(timestamp - this->at);
	flush_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-flush-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "flush"] = count();
	flush_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-barrier-start
/$3 == 0 || pid == $3/
{
	this->at = barrier_at[pid, arg0];
	barrier_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-barrier-done
{
	this->at = barrier_at[pid, arg0];
}

crucible_upstairs*:::gw-barrier-done
/this->at > 1000/
{
	@latency[zonename, pid, "barrier"] = quantize(timestamp - this->at);
	barrier_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-barrier-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "barrier"] = count();
	barrier_at[pid, arg0] = this->at - 1;
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
	printa("zone=%s pid=%d type=%s%@d\n", @latency);
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
