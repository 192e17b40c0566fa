/*
 * upstairs_io.d: the guest's IOs in each upstairs process, counted by interval.
 *
 *	dtrace -Z -s upstairs_io.d [SECONDS [INTERVAL [PID]]]
 *
 * Prints one row for each process with an upstairs that worked in the interval:
 *
 *	ZONE PID  F> F<  W> W<  R> R<  WU> WU<  B> B<
 *
 * F, W, R, WU and B are flushes, writes, reads, writes of what was never written, and barriers: > as the
 * upstairs takes them, < as it answers. The disks of one process are counted together: these probes do not
 * say which disk it was.
 *
 * Each INTERVAL (4 seconds) has its headings and rows, ordered by the first count; a process that did none of
 * this has no row. The last interval ends with the program, after SECONDS (30). PID limits it to one process
 * (0: all).
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
	due = interval;
	elapsed = 0;
	this->heading = 1;
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
	@unwritten_in[zonename, pid] = count();
}

crucible_upstairs*:::gw-write-unwritten-done
/$3 == 0 || pid == $3/
{
	@unwritten_out[zonename, pid] = count();
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
	printa("%-56s %6d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d\n",
	    @flush_in, @flush_out, @write_in, @write_out, @read_in, @read_out, @unwritten_in,
	    @unwritten_out, @barrier_in, @barrier_out);
	trunc(@flush_in);
	trunc(@flush_out);
	trunc(@write_in);
	trunc(@write_out);
	trunc(@read_in);
	trunc(@read_out);
	trunc(@unwritten_in);
	trunc(@unwritten_out);
	trunc(@barrier_in);
	trunc(@barrier_out);
	due = due + interval;
}

dtrace:::BEGIN,
tick-1s
/this->heading/
{
	printf("%-56s %6s    F>    F<    W>    W<    R>    R<   WU>   WU<    B>    B<\n", "ZONE", "PID");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
