/*
 * perf-reqwest.d: time of reads from read-only parents.
 *
 *	dtrace -Z -s perf-reqwest.d [SECONDS [INTERVAL [VOLUME [FIELDS]]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... volume=...
 *
 *	zone    zone of the process
 *	pid     process
 *	type    read
 *	volume  UUID of the volume
 *
 * The time of a read runs from when the parent's layer takes it to when it has the data over HTTP. volume is
 * the UUID that the probe carries.
 *
 * Two IOs with the same number, under way at once, cannot be told apart (each disk of a process numbers its
 * jobs from 1000, and these probes do not say which disk it was): neither is timed, and a line zone=...
 * pid=... type=... ambiguous=N counts them.
 *
 * It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what
 * came since the last print. VOLUME limits it to the volume with that UUID (0: all).
 *
 * With FIELDS as the last argument a line after the histograms of each interval says how long it was and when
 * it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/perf-reqwest.ts: change that, not this file.
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
	only = tolower($$3);
	/* Only to say what kind of values these hold. */
	read_at[0, "-", (int64_t)0] = (uint64_t)0;
}

crucible_upstairs*:::reqwest-read-start,
crucible_upstairs*:::reqwest-read-done
{
	/* A fault ends a clause, not the firing: another volume may not be left over. */
	this->wanted = 0;
	this->value = json(copyinstr(arg1), "ok");
	this->volume = this->value != NULL ? this->value : "-";
	this->wanted = this->value != NULL && (only == "" || only == "0" || this->volume == only);
}

crucible_upstairs*:::reqwest-read-start
/this->wanted/
{
	this->at = read_at[pid, this->volume, arg0];
	read_at[pid, this->volume, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;
}

crucible_upstairs*:::reqwest-read-done
/this->wanted/
{
	this->at = read_at[pid, this->volume, arg0];
}

crucible_upstairs*:::reqwest-read-done
/this->wanted && this->at > 1000/
{
	@latency[zonename, pid, "read", this->volume] = quantize(timestamp - this->at);
	read_at[pid, this->volume, arg0] = 0;
}

crucible_upstairs*:::reqwest-read-done
/this->wanted && this->at > 0 && this->at <= 1000/
{
	@ambiguous[zonename, pid, "read"] = count();
	read_at[pid, this->volume, arg0] = this->at - 1;
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
	printa("zone=%s pid=%d type=%s volume=%s%@d\n", @latency);
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
