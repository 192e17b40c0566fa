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

crucible_upstairs*:::up-status
{
	this->report = copyinstr(arg1);
	this->upstairs = json(this->report, "ok.upstairs_id");
	this->session = json(this->report, "ok.session_id");
	this->ds0 = json(this->report, "ok.ds_state[0]");
	this->ds1 = json(this->report, "ok.ds_state[1]");
	this->ds2 = json(this->report, "ok.ds_state[2]");
	this->lrc0 = json(this->report, "ok.ds_live_repair_completed[0]");
	this->lrc1 = json(this->report, "ok.ds_live_repair_completed[1]");
	this->lrc2 = json(this->report, "ok.ds_live_repair_completed[2]");
	this->lra0 = json(this->report, "ok.ds_live_repair_aborted[0]");
	this->lra1 = json(this->report, "ok.ds_live_repair_aborted[1]");
	this->lra2 = json(this->report, "ok.ds_live_repair_aborted[2]");

	printf("%s %d %s %s %s %s %s %s %s %s %s %s %s\n", zonename, pid,
	    this->upstairs != NULL ? this->upstairs : "-",
	    this->session != NULL ? this->session : "-",
	    this->ds0 != NULL ? this->ds0 : "-",
	    this->ds1 != NULL ? this->ds1 : "-",
	    this->ds2 != NULL ? this->ds2 : "-",
	    this->lrc0 != NULL ? this->lrc0 : "-",
	    this->lrc1 != NULL ? this->lrc1 : "-",
	    this->lrc2 != NULL ? this->lrc2 : "-",
	    this->lra0 != NULL ? this->lra0 : "-",
	    this->lra1 != NULL ? this->lra1 : "-",
	    this->lra2 != NULL ? this->lra2 : "-");
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
