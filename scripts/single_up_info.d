/*
 * single_up_info.d: states and queues of the upstairs of one process, a row a session.
 *
 *	dtrace -Z -s single_up_info.d PID [SECONDS [INTERVAL]]
 *
 * Prints one row for each status report of an upstairs (about one a second):
 *
 *	ZONE PID UPSTAIRS SESSION  DS0 DS1 DS2  UPW DSW  NEXT_JOB DELTA  WRITE_BO  IP0 IP1 IP2  D0 D1 D2  S0 S1 S2
 *	E0 E1 E2  ER0 ER1 ER2  EC0 EC1 EC2
 *
 * DS is the state of a downstairs as this sled's Crucible spells it; UPW the guest's jobs that are not
 * acknowledged, DSW the jobs on the downstairs queue; NEXT_JOB the id that the next job gets and DELTA the
 * jobs since the session's row before; WRITE_BO the bytes of writes in flight. IP, D, S, E are the jobs in
 * progress, done, skipped and failed on each downstairs; ER and EC the extents that live repair repaired and
 * found good. A value that the report does not have is "-".
 *
 * It shows the upstairs of process PID only, and ends by itself after SECONDS (30). With an INTERVAL above 1,
 * a session has one row in so many seconds.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option strsize=4k
#pragma D option bufsize=256k
#pragma D option dynvarsize=4m
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz

dtrace:::BEGIN
{
	limit = $2 > 0 ? $2 : 30;
	interval = $3 > 0 ? $3 : 1;
	elapsed = 0;
	/* Only to say what kind of values these hold. */
	due[0, "-"] = 0;
	jobs[0, "-"] = (int64_t)0;
	/* The header is due. */
	rows = 21;
	this->shown = $1 != 0;
}

dtrace:::BEGIN
/$1 == 0/
{
	printf("usage: dtrace -Z -s single_up_info.d PID [SECONDS [INTERVAL]]\n");
	exit(2);
}

crucible_upstairs*:::up-status
{
	this->shown = pid == $1;
}

/* A session without an id cannot be told from another one of its process: each of its reports is shown. */
crucible_upstairs*:::up-status
/this->shown/
{
	/* A fault ends a clause, not the firing: nothing of another report may be left to show. */
	this->shown = 0;
	this->left = "-";
	this->right = "-";
	this->report = copyinstr(arg1);
	this->value = json(this->report, "ok.upstairs_id");
	this->upstairs = this->value != NULL ? this->value : "-";
	this->value = json(this->report, "ok.session_id");
	this->session = this->value != NULL ? this->value : "-";
	this->shown = interval == 1 || this->session == "-" || elapsed >= due[pid, this->session];
}

crucible_upstairs*:::up-status
/this->shown/
{
	due[pid, this->session] = elapsed + interval;
	this->value = json(this->report, "ok.ds_state[0]");
	this->left = this->value != NULL ? this->value : "-";
	this->value = json(this->report, "ok.ds_state[1]");
	this->left = strjoin(this->left, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_state[2]");
	this->left = strjoin(this->left, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_count");
	this->left = strjoin(this->left, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_count");
	this->left = strjoin(this->left, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.next_job_id");
	this->left = strjoin(this->left, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->next = this->value != NULL ? strtoll(this->value) : 0;
	this->before = jobs[pid, this->session];
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->value = json(this->report, "ok.write_bytes_out");
	this->right = this->value != NULL ? this->value : "-";
	this->value = json(this->report, "ok.ds_io_count.in_progress[0]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.in_progress[1]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.in_progress[2]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.done[0]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.done[1]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.done[2]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->value = json(this->report, "ok.ds_io_count.skipped[0]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.skipped[1]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.skipped[2]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.error[0]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.error[1]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_io_count.error[2]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->value = json(this->report, "ok.ds_extents_repaired[0]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_repaired[1]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_repaired[2]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_confirmed[0]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_confirmed[1]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_confirmed[2]");
	this->right = strjoin(this->right, strjoin(" ", this->value != NULL ? this->value : "-"));
}

/* Rows of two CPUs may count as one: that only moves the header. */
dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21/
{
	printf("%-56s %6s %-36s %-36s", "ZONE", "PID", "UPSTAIRS", "SESSION");
	printf(" DS0 DS1 DS2 UPW DSW NEXT_JOB DELTA WRITE_BO IP0 IP1 IP2 D0 D1 D2 S0 S1 S2 E0 E1 E2 ER0");
	printf(" ER1 ER2 EC0 EC1 EC2\n");
	rows = 0;
}

crucible_upstairs*:::up-status
/this->shown && (this->before == 0 || this->next == 0)/
{
	printf("%-56s %6d %-36s %-36s %s - %s\n", zonename, pid, this->upstairs, this->session,
	    this->left, this->right);
	rows++;
}

crucible_upstairs*:::up-status
/this->shown && this->before != 0 && this->next != 0/
{
	printf("%-56s %6d %-36s %-36s %s %d %s\n", zonename, pid, this->upstairs, this->session,
	    this->left, this->next - this->before, this->right);
	rows++;
}

crucible_upstairs*:::up-status
/this->shown && this->session != "-" && this->next != 0/
{
	jobs[pid, this->session] = this->next;
}

tick-1s
{
	elapsed++;
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
