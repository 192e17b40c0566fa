/*
 * trace-vol.d: volume IOs begun and done, by volume.
 *
 *	dtrace -Z -s trace-vol.d [SECONDS [INTERVAL [VOLUME [FIELDS]]]]
 *
 * Prints one row for each process, volume and type of IO:
 *
 *	ZONE    zone of the process
 *	PID     process
 *	VOLUME  UUID of the volume
 *	TYPE    kind of IO or of repair job
 *	START   IOs begun
 *	DONE    IOs answered
 *
 * VOLUME is - where the probe did not carry a UUID. An IO that was under way at the beginning or the end is in
 * one of START and DONE only.
 *
 * It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what
 * came since the last print. After an interval that is shorter than the others a line says so. VOLUME limits
 * it to the volume with that UUID (0: all).
 *
 * With FIELDS as the last argument rows are name=value words, and a line after the rows of each interval says
 * how long it was and when it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/trace-vol.ts: change that, not this file.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option bufsize=256k
#pragma D option aggsize=1m
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz
#pragma D option aggrate=10hz

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 30;
	interval = $2 > 0 ? $2 : 0;
	fields = $$4 == "FIELDS";
	refused = ($$4 != "" && fields == 0);
	due = interval > 0 ? interval : limit;
	elapsed = 0;
	printed = 0;
	number = 0;
	now = timestamp;
	wall = walltimestamp;
	since = now;
	only = tolower($$3);
	this->heading = refused == 0;
}

dtrace:::BEGIN
/refused/
{
	printf("usage: dtrace -Z -s trace-vol.d [SECONDS [INTERVAL [VOLUME [FIELDS]]]]\n");
	exit(2);
}

crucible_upstairs*:::volume-read-start,
crucible_upstairs*:::volume-read-done,
crucible_upstairs*:::volume-write-start,
crucible_upstairs*:::volume-write-done,
crucible_upstairs*:::volume-writeunwritten-start,
crucible_upstairs*:::volume-writeunwritten-done,
crucible_upstairs*:::volume-flush-start,
crucible_upstairs*:::volume-flush-done
{
	/* A fault ends a clause, not the firing: another volume may not be left over. */
	this->wanted = 0;
	this->value = json(copyinstr(arg1), "ok");
	this->volume = this->value != NULL ? this->value : "-";
	this->wanted = only == "" || only == "0" || this->volume == only;
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
	now = timestamp;
	wall = walltimestamp;
	this->rows = elapsed >= due && elapsed < limit;
	this->heading = this->rows;
}

dtrace:::END
{
	now = elapsed < limit ? timestamp : now;
	wall = elapsed < limit ? walltimestamp : wall;
	this->rows = refused == 0;
}

tick-1s,
dtrace:::END
/this->rows && fields/
{
	printa("zone=%s pid=%d volume=%s type=%s start=%@d done=%@d\n",
	    @start, @done);
	printf("interval=%d elapsed_ns=%d time_ns=%d\n", number, now - since, wall);
}

tick-1s,
dtrace:::END
/this->rows && fields == 0/
{
	printa("%-56s %6d %-36s %-15s %@9d %@9d\n",
	    @start, @done);
}

dtrace:::END
/this->rows && fields == 0 && interval > 0 && elapsed - printed < interval/
{
	printf("# the rows above are of %d s, those of an interval of %d s\n", elapsed - printed, interval);
}

tick-1s,
dtrace:::END
/this->rows/
{
	trunc(@start);
	trunc(@done);
	due = due + interval;
	number++;
	since = now;
	printed = elapsed;
}

dtrace:::BEGIN,
tick-1s
/this->heading && fields == 0/
{
	printf("ZONE                                                        PID VOLUME                               TYPE                START      DONE\n");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
