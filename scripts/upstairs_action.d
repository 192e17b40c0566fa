/*
 * upstairs_action.d: turns of each upstairs' main loop, in total and by kind, since its session began.
 *
 *	dtrace -Z -s upstairs_action.d [SECONDS [INTERVAL [PID]]]
 *
 * Prints one row for each status report of an upstairs (about one a second):
 *
 *	ZONE PID UPSTAIRS SESSION  APPLY  DOWN_S GUEST DFR_BLK DFR_MSG FLUSH_CHK STAT_CHK CTRL_CHK NOOP
 *
 * APPLY counts all turns; the others those that served a message of a downstairs, a request of the guest, a
 * deferred block or message, a check for a flush, of the statistics or by the control interface, or nothing.
 * A value that the report does not have is "-".
 *
 * It ends by itself after SECONDS (30). With an INTERVAL above 1, a session has one row in so many seconds.
 * PID limits it to one process (0: all).
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
	limit = $1 > 0 ? $1 : 30;
	interval = $2 > 0 ? $2 : 1;
	elapsed = 0;
	/* Only to say what kind of values these hold. */
	due[0, "-"] = 0;
	/* The header is due. */
	rows = 21;
	this->shown = 1;
}

crucible_upstairs*:::up-status
{
	this->shown = $3 == 0 || pid == $3;
}

/* A session without an id cannot be told from another one of its process: each of its reports is shown. */
crucible_upstairs*:::up-status
/this->shown/
{
	/* A fault ends a clause, not the firing: nothing of another report may be left to show. */
	this->shown = 0;
	this->row = "-";
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
	this->value = json(this->report, "ok.up_counters.apply");
	this->row = this->value != NULL ? this->value : "-";
	this->value = json(this->report, "ok.up_counters.action_downstairs");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_guest");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_deferred_block");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_deferred_message");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_flush_check");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_stat_check");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_control_check");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.up_counters.action_noop");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
}

/* Rows of two CPUs may count as one: that only moves the header. */
dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21/
{
	printf("%-56s %6s %-36s %-36s APPLY DOWN_S GUEST DFR_BLK DFR_MSG FLUSH_CHK STAT_CHK CTRL_CHK NOOP\n",
	    "ZONE", "PID", "UPSTAIRS", "SESSION");
	rows = 0;
}

crucible_upstairs*:::up-status
/this->shown/
{
	printf("%-56s %6d %-36s %-36s %s\n", zonename, pid, this->upstairs, this->session, this->row);
	rows++;
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
