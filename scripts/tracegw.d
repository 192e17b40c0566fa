/*
 * tracegw.d: how many of the guest's IOs each upstairs process started and finished.
 *
 *	dtrace -Z -s tracegw.d [SECONDS [INTERVAL [PID]]]
 *
 * Prints one row for each process and type of IO:
 *
 *	ZONE PID TYPE START DONE
 *
 * TYPE is read, write, write-unwritten, flush or barrier; START counts those that the upstairs took, DONE
 * those that it answered. One that was under way at the beginning or the end is in one of them only. The
 * disks of one process are counted together.
 *
 * It ends by itself after SECONDS (30) and prints then; with an INTERVAL, it prints every so many seconds
 * what came since it printed last. PID limits it to one process (0: all).
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
	printa("%-56s %6d %-15s %@9d %@9d\n", @start, @done);
	trunc(@start);
	trunc(@done);
	due = due + interval;
}

dtrace:::BEGIN,
tick-1s
/this->heading/
{
	printf("%-56s %6s %-15s     START      DONE\n", "ZONE", "PID", "TYPE");
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
