/*
 * perf-vol.d: how long IOs take at the volume, where they enter Crucible.
 *
 *	dtrace -Z -s perf-vol.d [SECONDS [INTERVAL [VOLUME]]]
 *
 * Each histogram counts nanoseconds under a line that names its keys:
 *
 *	zone=... pid=... type=... volume=...
 *
 * The time of an IO runs from when the volume takes it to when it answers. type is read, write,
 * write-unwritten or flush; volume is the volume's UUID.
 *
 * It ends by itself after SECONDS (30) and prints then; with an INTERVAL, it prints every so many seconds
 * what came since it printed last. VOLUME limits it to one volume.
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
	only = $$3;
}

crucible_upstairs*:::volume-read-start,
crucible_upstairs*:::volume-write-start,
crucible_upstairs*:::volume-writeunwritten-start,
crucible_upstairs*:::volume-flush-start,
crucible_upstairs*:::volume-read-done,
crucible_upstairs*:::volume-write-done,
crucible_upstairs*:::volume-writeunwritten-done,
crucible_upstairs*:::volume-flush-done
{
	/* A fault ends a clause, not the firing: another volume may not be left over. */
	this->wanted = 0;
	this->volume = json(copyinstr(arg1), "ok");
	this->wanted = this->volume != NULL && (only == "" || this->volume == only);
}

crucible_upstairs*:::volume-read-start,
crucible_upstairs*:::volume-write-start,
crucible_upstairs*:::volume-writeunwritten-start,
crucible_upstairs*:::volume-flush-start
/this->wanted/
{
	started[pid, this->volume, arg0] = timestamp;
}

crucible_upstairs*:::volume-read-done
/this->wanted && started[pid, this->volume, arg0] != 0/
{
	@latency[zonename, pid, "read", this->volume] =
	    quantize(timestamp - started[pid, this->volume, arg0]);
	started[pid, this->volume, arg0] = 0;
}

crucible_upstairs*:::volume-write-done
/this->wanted && started[pid, this->volume, arg0] != 0/
{
	@latency[zonename, pid, "write", this->volume] =
	    quantize(timestamp - started[pid, this->volume, arg0]);
	started[pid, this->volume, arg0] = 0;
}

crucible_upstairs*:::volume-writeunwritten-done
/this->wanted && started[pid, this->volume, arg0] != 0/
{
	@latency[zonename, pid, "write-unwritten", this->volume] =
	    quantize(timestamp - started[pid, this->volume, arg0]);
	started[pid, this->volume, arg0] = 0;
}

crucible_upstairs*:::volume-flush-done
/this->wanted && started[pid, this->volume, arg0] != 0/
{
	@latency[zonename, pid, "flush", this->volume] =
	    quantize(timestamp - started[pid, this->volume, arg0]);
	started[pid, this->volume, arg0] = 0;
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
	printa("zone=%s pid=%d type=%s volume=%s%@d\n", @latency);
	trunc(@latency);
	due = due + interval;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
