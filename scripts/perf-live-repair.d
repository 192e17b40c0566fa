/*
 * perf-live-repair.d: time of extent repair, by kind of repair job.
 *
 *	dtrace -Z -s perf-live-repair.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... client=...
 *
 *	zone    zone of the process
 *	pid     process
 *	type    close, repair, noop, reopen, extent, ds-close, ds-repair, ds-noop, ds-reopen
 *	client  downstairs client, 0 to 2
 *
 * type is close, repair, noop or reopen for one of the four jobs that repair an extent, from when the upstairs
 * makes it to when all three downstairs have done it; extent for the whole, from the start of close to the end
 * of reopen; and ds-close, ds-repair, ds-noop or ds-reopen for the part of one downstairs in a job, which are
 * the only ones with a client.
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
 * Made by "npm run scripts" of src/probes/perf-live-repair.ts: change that, not this file.
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
	close_at[0, (int64_t)0] = (uint64_t)0;
	repair_at[0, (int64_t)0] = (uint64_t)0;
	noop_at[0, (int64_t)0] = (uint64_t)0;
	reopen_at[0, (int64_t)0] = (uint64_t)0;
	extent_at[0, (int64_t)0] = (uint64_t)0;
	ds_close_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	ds_repair_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	ds_noop_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
	ds_reopen_at[0, (int64_t)0, (int64_t)0] = (uint64_t)0;
}

crucible_upstairs*:::gw-close-start
/$3 == 0 || pid == $3/
{
	this->at = close_at[pid, arg0];
	close_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-close-done
{
	this->at = close_at[pid, arg0];
}

crucible_upstairs*:::gw-close-done
/this->at > 1000/
{
	@latency[zonename, pid, "close"] = quantize(timestamp - this->at);
	close_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-close-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "close"] = count();
	close_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-repair-start
/$3 == 0 || pid == $3/
{
	this->at = repair_at[pid, arg0];
	repair_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-repair-done
{
	this->at = repair_at[pid, arg0];
}

crucible_upstairs*:::gw-repair-done
/this->at > 1000/
{
	@latency[zonename, pid, "repair"] = quantize(timestamp - this->at);
	repair_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-repair-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "repair"] = count();
	repair_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-noop-start
/$3 == 0 || pid == $3/
{
	this->at = noop_at[pid, arg0];
	noop_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-noop-done
{
	this->at = noop_at[pid, arg0];
}

crucible_upstairs*:::gw-noop-done
/this->at > 1000/
{
	@latency[zonename, pid, "noop"] = quantize(timestamp - this->at);
	noop_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-noop-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "noop"] = count();
	noop_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-reopen-start
/$3 == 0 || pid == $3/
{
	this->at = reopen_at[pid, arg0];
	reopen_at[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-reopen-done
{
	this->at = reopen_at[pid, arg0];
}

crucible_upstairs*:::gw-reopen-done
/this->at > 1000/
{
	@latency[zonename, pid, "reopen"] = quantize(timestamp - this->at);
	reopen_at[pid, arg0] = 0;
}

crucible_upstairs*:::gw-reopen-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "reopen"] = count();
	reopen_at[pid, arg0] = this->at - 1;
}

crucible_upstairs*:::gw-close-start
/$3 == 0 || pid == $3/
{
	this->at = extent_at[pid, arg1];
	extent_at[pid, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::gw-reopen-done
{
	this->at = extent_at[pid, arg1];
}

crucible_upstairs*:::gw-reopen-done
/this->at > 1000/
{
	@latency[zonename, pid, "extent"] = quantize(timestamp - this->at);
	extent_at[pid, arg1] = 0;
}

crucible_upstairs*:::gw-reopen-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "extent"] = count();
	extent_at[pid, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-close-start
/$3 == 0 || pid == $3/
{
	this->at = ds_close_at[pid, arg0, arg1];
	ds_close_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-close-done
{
	this->at = ds_close_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-close-done
/this->at > 1000/
{
	@client[zonename, pid, "ds-close", arg1] = quantize(timestamp - this->at);
	ds_close_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-close-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "ds-close"] = count();
	ds_close_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-repair-start
/$3 == 0 || pid == $3/
{
	this->at = ds_repair_at[pid, arg0, arg1];
	ds_repair_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-repair-done,
crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
{
	this->at = ds_repair_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-repair-done,
crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
/this->at > 1000/
{
	@client[zonename, pid, "ds-repair", arg1] = quantize(timestamp - this->at);
	ds_repair_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-repair-done,
crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "ds-repair"] = count();
	ds_repair_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-noop-start
/$3 == 0 || pid == $3/
{
	this->at = ds_noop_at[pid, arg0, arg1];
	ds_noop_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
{
	this->at = ds_noop_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
/this->at > 1000/
{
	@client[zonename, pid, "ds-noop", arg1] = quantize(timestamp - this->at);
	ds_noop_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "ds-noop"] = count();
	ds_noop_at[pid, arg0, arg1] = this->at - 1;
}

crucible_upstairs*:::ds-reopen-start
/$3 == 0 || pid == $3/
{
	this->at = ds_reopen_at[pid, arg0, arg1];
	ds_reopen_at[pid, arg0, arg1] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
{
	this->at = ds_reopen_at[pid, arg0, arg1];
}

crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
/this->at > 1000/
{
	@client[zonename, pid, "ds-reopen", arg1] = quantize(timestamp - this->at);
	ds_reopen_at[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-noop-done,
crucible_upstairs*:::ds-reopen-done
/this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "ds-reopen"] = count();
	ds_reopen_at[pid, arg0, arg1] = this->at - 1;
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
	printa("zone=%s pid=%d type=%s client=%d%@d\n", @client);
	printa("zone=%s pid=%d type=%s ambiguous=%@d\n", @ambiguous);
	trunc(@latency);
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
