/*
 * upstairs-status.d: what every Crucible upstairs on this sled says of its three downstairs.
 *
 *	dtrace -Z -s upstairs-status.d [SECONDS]
 *
 * Prints one row for each status report of an upstairs (about one a second) and ends by itself after SECONDS,
 * which is 3 when not given:
 *
 *	zone  pid  upstairs id  session id  DS0 DS1 DS2  LRC0 LRC1 LRC2  LRA0 LRA1 LRA2
 *
 * DS is the state of a downstairs as this sled's Crucible spells it: a word (Active, active) or, from the releases
 * of January to September 2025, an object. LRC and LRA count its live repairs completed and aborted since the
 * session began. A value that the report does not have is "-". get-ds-state.sh and get-lr-state.sh make one row
 * a session of this, with one spelling of the states.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option strsize=4k
#pragma D option bufsize=256k
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 3;
	elapsed = 0;
}

/*
 * The values are joined to one text, since each %s of a printf takes the room of the longest possible string in the
 * buffer. What is joined is gone at the end of a clause only: hence two of them.
 */
crucible_upstairs*:::up-status
{
	/* A fault ends a clause, not the firing: nothing of another report may be left to print. */
	this->whole = 0;
	this->report = copyinstr(arg1);
	this->value = json(this->report, "ok.upstairs_id");
	this->row = this->value != NULL ? this->value : "-";
	this->value = json(this->report, "ok.session_id");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_state[0]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_state[1]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_state[2]");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->whole = 1;
}

crucible_upstairs*:::up-status
/this->whole/
{
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
	printf("%s %d %s\n", zonename, pid, this->row);
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
