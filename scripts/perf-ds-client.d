/*
 * perf-ds-client.d: time of jobs in the client tasks of the upstairs, by downstairs.
 *
 *	dtrace -Z -s perf-ds-client.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... client=...
 *
 *	zone    zone of the process
 *	pid     process
 *	type    read, write, write-unwritten, flush, barrier
 *	client  downstairs client, 0 to 2
 *
 * The time of a job runs from when the upstairs hands it to a client's task to when that task returns the
 * answer of its downstairs.
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
 * Made by "npm run scripts" of src/probes/perf-ds-client.ts: change that, not this file.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option bufsize=256k
#pragma D option aggsize=1m
#pragma D option dynvarsize=16m
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
	read_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	write_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	write_unwritten_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	flush_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	barrier_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
}

crucible_upstairs*:::ds-read-client-start
/$3 == 0 || pid == $3/
{
	this->at = read_at[pid, arg0, arg1];
	read_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-read-client-done
{
	this->at = read_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-read-client-done
/this->at > 1000/
{
	@client[zonename, pid, "read", arg1] = quantize(timestamp - this->at);
	read_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-read-client-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "read"] = count();
	read_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-write-client-start
/$3 == 0 || pid == $3/
{
	this->at = write_at[pid, arg0, arg1];
	write_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-write-client-done
{
	this->at = write_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-write-client-done
/this->at > 1000/
{
	@client[zonename, pid, "write", arg1] = quantize(timestamp - this->at);
	write_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-write-client-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "write"] = count();
	write_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-write-unwritten-client-start
/$3 == 0 || pid == $3/
{
	this->at = write_unwritten_at[pid, arg0, arg1];
	write_unwritten_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-write-unwritten-client-done
{
	this->at = write_unwritten_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-write-unwritten-client-done
/this->at > 1000/
{
	@client[zonename, pid, "write-unwritten", arg1] = quantize(timestamp - this->at);
	write_unwritten_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-write-unwritten-client-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "write-unwritten"] = count();
	write_unwritten_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-flush-client-start
/$3 == 0 || pid == $3/
{
	this->at = flush_at[pid, arg0, arg1];
	flush_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-flush-client-done
{
	this->at = flush_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-flush-client-done
/this->at > 1000/
{
	@client[zonename, pid, "flush", arg1] = quantize(timestamp - this->at);
	flush_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-flush-client-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "flush"] = count();
	flush_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-barrier-client-start
/$3 == 0 || pid == $3/
{
	this->at = barrier_at[pid, arg0, arg1];
	barrier_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-barrier-client-done
{
	this->at = barrier_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-barrier-client-done
/this->at > 1000/
{
	@client[zonename, pid, "barrier", arg1] = quantize(timestamp - this->at);
	barrier_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-barrier-client-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "barrier"] = count();
	barrier_at[pid, arg0, arg1] = this->at - 1;
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
	printa("zone=%s pid=%d type=%s client=%d%@d\n", @client);
	printa("zone=%s pid=%d type=%s ambiguous=%@d\n", @ambiguous);
	trunc(@client);
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
