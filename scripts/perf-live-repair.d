/*
 * perf-live-repair.d: how long live repair takes for an extent and for the jobs of it.
 *
 *	dtrace -Z -s perf-live-repair.d [SECONDS [INTERVAL [PID]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=...
 *	zone=... pid=... type=... client=...
 *
 * type is close, repair, noop or reopen for one of the four jobs that repair an extent, from when the
 * upstairs makes it to when all three downstairs have done it; extent for the whole, from the start of close
 * to the end of reopen; and ds-close, ds-repair, ds-noop or ds-reopen, with client 0, 1 or 2, for the part of
 * one downstairs in a job.
 *
 * A job's id is unique within its upstairs only. Processes are kept apart; two disks of one process that have
 * a job of the same number under way at the same time are not, since these probes do not say which disk it
 * was: such a job may be missing or count with a time that is too short. The same goes for two disks that
 * repair an extent of the same number.
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

crucible_upstairs*:::gw-repair-start,
crucible_upstairs*:::gw-close-start,
crucible_upstairs*:::gw-reopen-start,
crucible_upstairs*:::gw-noop-start
/$3 == 0 || pid == $3/
{
	started[pid, arg0] = timestamp;
}

crucible_upstairs*:::ds-repair-start,
crucible_upstairs*:::ds-close-start,
crucible_upstairs*:::ds-reopen-start,
crucible_upstairs*:::ds-noop-start
/$3 == 0 || pid == $3/
{
	handed[pid, arg0, arg1] = timestamp;
}

crucible_upstairs*:::gw-close-start
/$3 == 0 || pid == $3/
{
	closed[pid, arg1] = timestamp;
}

crucible_upstairs*:::gw-repair-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "repair"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-close-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "close"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-reopen-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "reopen"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::gw-noop-done
/started[pid, arg0] != 0/
{
	@latency[zonename, pid, "noop"] = quantize(timestamp - started[pid, arg0]);
	started[pid, arg0] = 0;
}

crucible_upstairs*:::ds-repair-done
/handed[pid, arg0, arg1] != 0/
{
	@client[zonename, pid, "ds-repair", arg1] = quantize(timestamp - handed[pid, arg0, arg1]);
	handed[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-close-done
/handed[pid, arg0, arg1] != 0/
{
	@client[zonename, pid, "ds-close", arg1] = quantize(timestamp - handed[pid, arg0, arg1]);
	handed[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-reopen-done
/handed[pid, arg0, arg1] != 0/
{
	@client[zonename, pid, "ds-reopen", arg1] = quantize(timestamp - handed[pid, arg0, arg1]);
	handed[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::ds-noop-done
/handed[pid, arg0, arg1] != 0/
{
	@client[zonename, pid, "ds-noop", arg1] = quantize(timestamp - handed[pid, arg0, arg1]);
	handed[pid, arg0, arg1] = 0;
}

crucible_upstairs*:::gw-reopen-done
/closed[pid, arg1] != 0/
{
	@latency[zonename, pid, "extent"] = quantize(timestamp - closed[pid, arg1]);
	closed[pid, arg1] = 0;
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
	printa("zone=%s pid=%d type=%s client=%d%@d\n", @client);
	trunc(@latency);
	trunc(@client);
	due = due + interval;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
