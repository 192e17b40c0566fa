/*
 * downstairs_count.d: the IOs of one downstairs process, counted by interval.
 *
 *	dtrace -Z -s downstairs_count.d PID [SECONDS [INTERVAL]]
 *
 * Prints one row for each interval in which process PID worked:
 *
 *	ZONE PID  F> F<  W> W<  R> R<  WS WIP WD  WU> WU<
 *
 * F, W, R and WU are flushes, writes, reads and writes of what was never written: > as they come from the
 * upstairs, < as their answers go back. WS counts the jobs given to the work task, WIP those that it took
 * from its queue, WD those that it finished; barriers and the jobs of live repair count there too.
 *
 * Each INTERVAL (4 seconds) has its headings and its row, or no row if the process did none of this. The last
 * interval ends with the program, after SECONDS (30).
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
	limit = $2 > 0 ? $2 : 30;
	interval = $3 > 0 ? $3 : 4;
	due = interval;
	elapsed = 0;
	this->heading = $1 != 0;
}

dtrace:::BEGIN
/$1 == 0/
{
	printf("usage: dtrace -Z -s downstairs_count.d PID [SECONDS [INTERVAL]]\n");
	exit(2);
}

crucible_downstairs*:::submit-flush-start
/pid == $1/
{
	@flush_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-flush-done
/pid == $1/
{
	@flush_out[zonename, pid] = count();
}

crucible_downstairs*:::submit-write-start
/pid == $1/
{
	@write_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-write-done
/pid == $1/
{
	@write_out[zonename, pid] = count();
}

crucible_downstairs*:::submit-read-start
/pid == $1/
{
	@read_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-read-done
/pid == $1/
{
	@read_out[zonename, pid] = count();
}

crucible_downstairs*:::work-start
/pid == $1/
{
	@work_in[zonename, pid] = count();
}

crucible_downstairs*:::work-process
/pid == $1/
{
	@work_taken[zonename, pid] = count();
}

crucible_downstairs*:::work-done
/pid == $1/
{
	@work_out[zonename, pid] = count();
}

crucible_downstairs*:::submit-writeunwritten-start
/pid == $1/
{
	@unwritten_in[zonename, pid] = count();
}

crucible_downstairs*:::submit-writeunwritten-done
/pid == $1/
{
	@unwritten_out[zonename, pid] = count();
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
	printa("%-56s %6d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d %@5d\n",
	    @flush_in, @flush_out, @write_in, @write_out, @read_in, @read_out, @work_in, @work_taken,
	    @work_out, @unwritten_in, @unwritten_out);
	trunc(@flush_in);
	trunc(@flush_out);
	trunc(@write_in);
	trunc(@write_out);
	trunc(@read_in);
	trunc(@read_out);
	trunc(@work_in);
	trunc(@work_taken);
	trunc(@work_out);
	trunc(@unwritten_in);
	trunc(@unwritten_out);
	due = due + interval;
}

dtrace:::BEGIN,
tick-1s
/this->heading/
{
	printf("%-56s %6s    F>    F<    W>    W<    R>    R<    WS   WIP    WD   WU>   WU<\n", "ZONE", "PID");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
