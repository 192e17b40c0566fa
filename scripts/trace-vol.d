/*
 * trace-vol.d: how many IOs of each volume were started and finished.
 *
 *	dtrace -Z -s trace-vol.d [SECONDS [INTERVAL [VOLUME]]]
 *
 * Prints one row for each process, volume and type of IO:
 *
 *	ZONE PID VOLUME TYPE START DONE
 *
 * VOLUME is the UUID of the volume, or - where the probe did not carry one; TYPE is read, write,
 * write-unwritten or flush; START counts the IOs that the volume took, DONE those that it answered. One that
 * was under way at the beginning or the end is in one of them only.
 *
 * It ends by itself after SECONDS (30) and prints then; with an INTERVAL, it prints every so many seconds
 * what came since it printed last. VOLUME limits it to one volume.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option bufsize=256k
#pragma D option aggsize=256k
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz
#pragma D option aggrate=10hz

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 30;
	interval = $2 > 0 ? $2 : 0;
	due = interval > 0 ? interval : limit;
	elapsed = 0;
	this->heading = 1;
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
	this->value = json(copyinstr(arg1), "ok");
	this->volume = this->value != NULL ? this->value : "-";
	this->wanted = only == "" || this->volume == only;
}

crucible_upstairs*:::volume-read-start
/this->wanted/
{
	@start[zonename, pid, this->volume, "read"] = count();
}

crucible_upstairs*:::volume-read-done
/this->wanted/
{
	@done[zonename, pid, this->volume, "read"] = count();
}

crucible_upstairs*:::volume-write-start
/this->wanted/
{
	@start[zonename, pid, this->volume, "write"] = count();
}

crucible_upstairs*:::volume-write-done
/this->wanted/
{
	@done[zonename, pid, this->volume, "write"] = count();
}

crucible_upstairs*:::volume-writeunwritten-start
/this->wanted/
{
	@start[zonename, pid, this->volume, "write-unwritten"] = count();
}

crucible_upstairs*:::volume-writeunwritten-done
/this->wanted/
{
	@done[zonename, pid, this->volume, "write-unwritten"] = count();
}

crucible_upstairs*:::volume-flush-start
/this->wanted/
{
	@start[zonename, pid, this->volume, "flush"] = count();
}

crucible_upstairs*:::volume-flush-done
/this->wanted/
{
	@done[zonename, pid, this->volume, "flush"] = count();
}

tick-1s
{
	elapsed++;
	this->rows = elapsed >= due && elapsed < limit;
	this->heading = this->rows;
}

dtrace:::END
{
	this->rows = 1;
}

tick-1s,
dtrace:::END
/this->rows/
{
	printa("%-56s %6d %-36s %-15s %@9d %@9d\n", @start, @done);
	trunc(@start);
	trunc(@done);
	due = due + interval;
}

dtrace:::BEGIN,
tick-1s
/this->heading/
{
	printf("%-56s %6s %-36s %-15s     START      DONE\n", "ZONE", "PID", "VOLUME", "TYPE");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
