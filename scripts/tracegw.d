/*
 * tracegw.d: guest IOs begun and done, by process.
 *
 *	dtrace -Z -s tracegw.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Prints one row for each process and type of IO:
 *
 *	ZONE   zone of the process
 *	PID    process
 *	TYPE   kind of IO or of repair job
 *	START  IOs begun
 *	DONE   IOs done; of writes, that two of the three downstairs have: more than START where a downstairs
 *	       is given up
 *
 * An IO that was under way at the beginning or the end is in one of START and DONE only. The disks of one
 * process are counted together.
 *
 * A write is answered to the guest before it is queued. For these probes it ends when two of the three
 * downstairs have it. When a downstairs is given up, each queued write that the two others have ends once
 * more, so more may end than began.
 *
 * It ends by itself after SECONDS (30) and prints then. With an INTERVAL, it prints every so many seconds what
 * came since the last print. After an interval that is shorter than the others a line says so. PID limits it
 * to one process (0: all).
 *
 * With FIELDS as the last argument rows are name=value words, and a line after the rows of each interval says
 * how long it was and when it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/tracegw.ts: change that, not this file.
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
	fields = $$4 == "FIELDS";
	refused = ($$4 != "" && fields == 0);
	due = interval > 0 ? interval : limit;
	elapsed = 0;
	printed = 0;
	number = 0;
	now = timestamp;
	wall = walltimestamp;
	since = now;
	this->heading = refused == 0;
}

dtrace:::BEGIN
/refused/
{
	printf("usage: dtrace -Z -s tracegw.d [SECONDS [INTERVAL [PID [FIELDS]]]]\n");
	exit(2);
}

crucible_upstairs*:::gw-read-start
/$3 == 0 || pid == $3/
{
	@start[zonename, pid, "read"] = count();
}

crucible_upstairs*:::gw-read-done
/$3 == 0 || pid == $3/
{
	@done[zonename, pid, "read"] = count();
}

crucible_upstairs*:::gw-write-start
/$3 == 0 || pid == $3/
{
	@start[zonename, pid, "write"] = count();
}

crucible_upstairs*:::gw-write-done
/$3 == 0 || pid == $3/
{
	@done[zonename, pid, "write"] = count();
}

crucible_upstairs*:::gw-write-unwritten-start
/$3 == 0 || pid == $3/
{
	@start[zonename, pid, "write-unwritten"] = count();
}

crucible_upstairs*:::gw-write-unwritten-done
/$3 == 0 || pid == $3/
{
	@done[zonename, pid, "write-unwritten"] = count();
}

crucible_upstairs*:::gw-flush-start
/$3 == 0 || pid == $3/
{
	@start[zonename, pid, "flush"] = count();
}

crucible_upstairs*:::gw-flush-done
/$3 == 0 || pid == $3/
{
	@done[zonename, pid, "flush"] = count();
}

crucible_upstairs*:::gw-barrier-start
/$3 == 0 || pid == $3/
{
	@start[zonename, pid, "barrier"] = count();
}

crucible_upstairs*:::gw-barrier-done
/$3 == 0 || pid == $3/
{
	@done[zonename, pid, "barrier"] = count();
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
	printa("zone=%s pid=%d type=%s start=%@d done=%@d\n",
	    @start, @done);
	printf("interval=%d elapsed_ns=%d time_ns=%d\n", number, now - since, wall);
}

tick-1s,
dtrace:::END
/this->rows && fields == 0/
{
	printa("%-56s %6d %-15s %@9d %@9d\n",
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
	printf("ZONE                                                        PID TYPE                START      DONE\n");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
