/*
 * upstairs-status.d: what every Crucible upstairs on this sled says of its three downstairs.
 *
 *	dtrace -Z -s upstairs-status.d [SECONDS]
 *
 * Prints one row for each status report of an upstairs (about one a second) and ends by itself after SECONDS,
 * which is 3 when not given. A row is one line of 28 words:
 *
 *	zone  pid  upstairs id  session id  DS0 DS1 DS2  LRC0 LRC1 LRC2  LRA0 LRA1 LRA2
 *	CON0 CON1 CON2  REP0 REP1 REP2  ER0 ER1 ER2  EC0 EC1 EC2  EXTENT  RECONCILED NEEDED
 *
 * DS is the state of a downstairs as this sled's Crucible spells it: a word (Active, active) or, from the releases
 * of January to September 2025, an object. LRC and LRA count its live repairs completed and aborted, CON its
 * connections, REP its replacements, ER and EC the extents that live repair repaired and found good, since the
 * session began; EXTENT is the extent now under live repair (0: none, or the first). RECONCILED and NEEDED are the
 * extents that the last reconciliation has done and still has to do. A value that the report does not have is "-".
 * get-ds-state.sh and get-lr-state.sh make one row a session of this, with one spelling of the states.
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
 * buffer. What is joined is gone at the end of a clause only: hence several, of six values at most, so that many
 * upstairs may report on one CPU before the buffer is emptied.
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
	this->whole = 0;
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
	this->whole = 1;
}

crucible_upstairs*:::up-status
/this->whole/
{
	this->whole = 0;
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
	this->whole = 1;
}

crucible_upstairs*:::up-status
/this->whole/
{
	this->whole = 0;
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
	this->whole = 1;
}

crucible_upstairs*:::up-status
/this->whole/
{
	this->whole = 0;
	this->value = json(this->report, "ok.ds_extent_limit");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_reconciled");
	this->row = strjoin(this->row, strjoin(" ", this->value != NULL ? this->value : "-"));
	this->value = json(this->report, "ok.ds_reconcile_needed");
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
