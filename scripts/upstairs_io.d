/*
 * upstairs_io.d: guest IO of every upstairs process, in and out.
 *
 *	dtrace -Z -s upstairs_io.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Prints one row for each process that worked in the interval:
 *
 *	ZONE  zone of the process
 *	PID   process
 *	F>    flushes that came in
 *	F<    flushes answered
 *	W>    writes that came in
 *	W<    writes that two of the three downstairs have; more than W> where a downstairs is given up
 *	R>    reads that came in
 *	R<    reads answered
 *	WU>   writes of unwritten blocks that came in
 *	WU<   writes of unwritten blocks that two of the three downstairs have
 *	B>    barriers that came in
 *	B<    barriers answered
 *
 * The disks of one process are counted together: these probes do not say which disk it was.
 *
 * A write is answered to the guest before it is queued. For these probes it ends when two of the three
 * downstairs have it. When a downstairs is given up, each queued write that the two others have ends once
 * more, so more may end than began.
 *
 * Each INTERVAL (4 seconds) has its headings and rows, ordered by the first count; a process that did none of
 * this has no row. The last interval ends with the program, after SECONDS (30). After an interval that is
 * shorter than the others a line says so. PID limits it to one process (0: all).
 *
 * With FIELDS as the last argument rows are name=value words, and a line after the rows of each interval says
 * how long it was and when it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/upstairs-io.ts: change that, not this file.
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
	interval = $2 > 0 ? $2 : 4;
	fields = $$4 == "FIELDS";
	refused = ($$4 != "" && fields == 0);
	due = interval;
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
	printf("usage: dtrace -Z -s upstairs_io.d [SECONDS [INTERVAL [PID [FIELDS]]]]\n");
	exit(2);
}

crucible_upstairs*:::gw-flush-start
/$3 == 0 || pid == $3/
{
	@flush_in[zonename, pid] = count();
}

crucible_upstairs*:::gw-flush-done
/$3 == 0 || pid == $3/
{
	@flush_out[zonename, pid] = count();
}

crucible_upstairs*:::gw-write-start
/$3 == 0 || pid == $3/
{
	@write_in[zonename, pid] = count();
}

crucible_upstairs*:::gw-write-done
/$3 == 0 || pid == $3/
{
	@write_out[zonename, pid] = count();
}

crucible_upstairs*:::gw-read-start
/$3 == 0 || pid == $3/
{
	@read_in[zonename, pid] = count();
}

crucible_upstairs*:::gw-read-done
/$3 == 0 || pid == $3/
{
	@read_out[zonename, pid] = count();
}

crucible_upstairs*:::gw-write-unwritten-start
/$3 == 0 || pid == $3/
{
	@write_unwritten_in[zonename, pid] = count();
}

crucible_upstairs*:::gw-write-unwritten-done
/$3 == 0 || pid == $3/
{
	@write_unwritten_out[zonename, pid] = count();
}

crucible_upstairs*:::gw-barrier-start
/$3 == 0 || pid == $3/
{
	@barrier_in[zonename, pid] = count();
}

crucible_upstairs*:::gw-barrier-done
/$3 == 0 || pid == $3/
{
	@barrier_out[zonename, pid] = count();
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
	printa("zone=%s pid=%d flush_in=%@d flush_out=%@d write_in=%@d write_out=%@d read_in=%@d read_out=%@d write_unwritten_in=%@d write_unwritten_out=%@d barrier_in=%@d barrier_out=%@d\n",
	    @flush_in, @flush_out, @write_in, @write_out, @read_in, @read_out, @write_unwritten_in,
	    @write_unwritten_out, @barrier_in, @barrier_out);
	printf("interval=%d elapsed_ns=%d time_ns=%d\n", number, now - since, wall);
}

tick-1s,
dtrace:::END
/this->rows && fields == 0/
{
	printa("%-56s %6d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d\n",
	    @flush_in, @flush_out, @write_in, @write_out, @read_in, @read_out, @write_unwritten_in,
	    @write_unwritten_out, @barrier_in, @barrier_out);
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
	trunc(@flush_in);
	trunc(@flush_out);
	trunc(@write_in);
	trunc(@write_out);
	trunc(@read_in);
	trunc(@read_out);
	trunc(@write_unwritten_in);
	trunc(@write_unwritten_out);
	trunc(@barrier_in);
	trunc(@barrier_out);
	due = due + interval;
	number++;
	since = now;
	printed = elapsed;
}

dtrace:::BEGIN,
tick-1s
/this->heading && fields == 0/
{
	printf("ZONE                                                        PID    F>    F<    W>    W<    R>    R<   WU>   WU<    B>    B<\n");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
