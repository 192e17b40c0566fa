/*
 * all_downstairs.d: IO and work of every downstairs process.
 *
 *	dtrace -Z -s all_downstairs.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Prints one row for each process that worked in the interval:
 *
 *	ZONE  zone of the process
 *	PID   process
 *	F>    flushes that came in
 *	F<    flushes answered
 *	W>    writes that came in
 *	W<    writes answered
 *	R>    reads that came in
 *	R<    reads answered
 *	WS    IOs given to the work task
 *	WIP   IOs that the work task took off its queue
 *	WD    IOs that the work task completed
 *	WU>   writes of unwritten blocks that came in
 *	WU<   writes of unwritten blocks answered
 *
 * Barriers and the jobs of live repair count in WS, WIP and WD too.
 *
 * Each INTERVAL (4 seconds) has its headings and rows, ordered by the first count; a process that did none of
 * this has no row. The last interval ends with the program, after SECONDS (30). After an interval that is
 * shorter than the others a line says so. PID limits it to one process (0: all).
 *
 * With FIELDS as the last argument rows are name=value words, and a line after the rows of each interval says
 * how long it was and when it ended: interval=N elapsed_ns=N time_ns=N.
 *
 * Made by "npm run scripts" of src/probes/all-downstairs.ts: change that, not this file.
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
	printf("usage: dtrace -Z -s all_downstairs.d [SECONDS [INTERVAL [PID [FIELDS]]]]\n");
	exit(2);
}

crucible_downstairs*:::submit-flush-start
/$3 == 0 || pid == $3/
{
	@flush_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-flush-done
/$3 == 0 || pid == $3/
{
	@flush_out[zonename, pid] = count();
}

crucible_downstairs*:::submit-write-start
/$3 == 0 || pid == $3/
{
	@write_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-write-done
/$3 == 0 || pid == $3/
{
	@write_out[zonename, pid] = count();
}

crucible_downstairs*:::submit-read-start
/$3 == 0 || pid == $3/
{
	@read_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-read-done
/$3 == 0 || pid == $3/
{
	@read_out[zonename, pid] = count();
}

crucible_downstairs*:::work-start
/$3 == 0 || pid == $3/
{
	@work_submitted[zonename, pid] = count();
}

crucible_downstairs*:::work-process
/$3 == 0 || pid == $3/
{
	@work_in_progress[zonename, pid] = count();
}

crucible_downstairs*:::work-done
/$3 == 0 || pid == $3/
{
	@work_done[zonename, pid] = count();
}

crucible_downstairs*:::submit-writeunwritten-start
/$3 == 0 || pid == $3/
{
	@write_unwritten_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-writeunwritten-done
/$3 == 0 || pid == $3/
{
	@write_unwritten_out[zonename, pid] = count();
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
	printa("zone=%s pid=%d flush_in=%@d flush_out=%@d write_in=%@d write_out=%@d read_in=%@d read_out=%@d work_submitted=%@d work_in_progress=%@d work_done=%@d write_unwritten_in=%@d write_unwritten_out=%@d\n",
	    @flush_in, @flush_out, @write_in, @write_out, @read_in, @read_out, @work_submitted,
	    @work_in_progress, @work_done, @write_unwritten_in, @write_unwritten_out);
	printf("interval=%d elapsed_ns=%d time_ns=%d\n", number, now - since, wall);
}

tick-1s,
dtrace:::END
/this->rows && fields == 0/
{
	printa("%-56s %6d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d\n",
	    @flush_in, @flush_out, @write_in, @write_out, @read_in, @read_out, @work_submitted,
	    @work_in_progress, @work_done, @write_unwritten_in, @write_unwritten_out);
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
	trunc(@work_submitted);
	trunc(@work_in_progress);
	trunc(@work_done);
	trunc(@write_unwritten_in);
	trunc(@write_unwritten_out);
	due = due + interval;
	number++;
	since = now;
	printed = elapsed;
}

dtrace:::BEGIN,
tick-1s
/this->heading && fields == 0/
{
	printf("ZONE                                                        PID    F>    F<    W>    W<    R>    R<    WS   WIP    WD   WU>   WU<\n");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
