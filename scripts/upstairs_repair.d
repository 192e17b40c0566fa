/*
 * upstairs_repair.d: live repair of each upstairs: what was repaired, and why it may have been needed.
 *
 *	dtrace -Z -s upstairs_repair.d [SECONDS [INTERVAL [PID]]]
 *
 * Prints one row for each status report of an upstairs (about one a second):
 *
 *	ZONE PID UPSTAIRS SESSION  DS0 DS1 DS2  LRC0 LRC1 LRC2  LRA0 LRA1 LRA2  CON0 CON1 CON2  REP0 REP1 REP2
 *	ER0 ER1 ER2  EC0 EC1 EC2
 *
 * DS is the state of a downstairs as this sled's Crucible spells it. Since the session began: LRC and LRA
 * count its live repairs completed and aborted, CON the connections made to it, REP its replacements, ER and
 * EC the extents that live repair repaired and found good. A value that the report does not have is "-".
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
	this->value = json(this->report, "ok.ds_state[0]");
	this->row = this->value != NULL ? this->value : "-";
	this->value = json(this->report, "ok.ds_state[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_state[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_live_repair_completed[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_live_repair_completed[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_live_repair_completed[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_live_repair_aborted[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_live_repair_aborted[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_live_repair_aborted[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->value = json(this->report, "ok.ds_connected[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_connected[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_connected[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_replaced[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_replaced[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_replaced[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_repaired[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_repaired[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_repaired[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_confirmed[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_confirmed[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_extents_confirmed[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
}

/* Rows of two CPUs may count as one: that only moves the header. */
dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21/
{
	printf("%-56s %6s %-36s %-36s", "ZONE", "PID", "UPSTAIRS", "SESSION");
	printf(" DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 CON0 CON1 CON2 REP0 REP1 REP2 ER0 ER1 ER2 EC0");
	printf(" EC1 EC2\n");
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
