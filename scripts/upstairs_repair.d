/*
 * upstairs_repair.d: counters of live repair, connections and extents, by downstairs.
 *
 *	dtrace -Z -s upstairs_repair.d [SECONDS [INTERVAL [PID [LONG]]]]
 *
 * Prints one row for each status report of an upstairs (about one a second):
 *
 *	ZONE            zone of the process
 *	PID             process
 *	UPSTAIRS        id of the upstairs (a region set)
 *	SESSION         new at each start of the upstairs
 *	DS0 DS1 DS2     state of the downstairs
 *	LRC0 LRC1 LRC2  live repairs of the downstairs that were completed
 *	LRA0 LRA1 LRA2  live repairs of the downstairs that were aborted; an abort counts for all three at
 *	                once
 *	LRS0 LRS1 LRS2  live repairs of the downstairs that were skipped because the upstairs is read-only
 *	CON0 CON1 CON2  connections made to the downstairs; 1 is never reconnected
 *	REP0 REP1 REP2  times that the downstairs was replaced
 *	ER0 ER1 ER2     extents that live repair repaired on the downstairs
 *	EC0 EC1 EC2     extents that live repair found good on the downstairs
 *
 * A value that the report does not have is "-". Zones and ids are cut, and a state is a code, as cmon has
 * them. With LONG as the last argument they are in full, a state as this Crucible spells it, and the columns
 * are wider too.
 *
 * It ends by itself after SECONDS (30). With an INTERVAL above 1, a session has one row in so many seconds.
 * PID limits it to one process (0: all).
 *
 * Made by "npm run scripts" of src/probes/upstairs-repair.ts: change that, not this file.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option strsize=4k
#pragma D option bufsize=256k
#pragma D option dynvarsize=4m
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz

/* The code of a state; one that is not here is shown as it is. */
inline string short_state[string ss] =
    ss == "Active" || ss == "active" ? "ACT" :
    ss == "New" || ss == "new" ? "NEW" :
    ss == "WaitQuorum" || ss == "wait_quorum" ? "WQ" :
    ss == "Reconcile" || ss == "reconcile" ? "REC" :
    ss == "LiveRepairReady" || ss == "live_repair_ready" ? "LRR" :
    ss == "LiveRepair" || ss == "live_repair" ? "LR" :
    ss == "Faulted" || ss == "faulted" ? "FLT" :
    ss == "Offline" || ss == "offline" ? "OFL" :
    ss == "Replacing" || ss == "replacing" ? "RPC" :
    ss == "Replaced" || ss == "replaced" ? "RPL" :
    ss == "Disabled" || ss == "disabled" ? "DIS" :
    ss == "Deactivated" || ss == "deactivated" ? "DAV" :
    ss == "NegotiationFailed" || ss == "negotiation_failed" ? "NF" :
    ss;

inline string cell3[string v] = v == NULL ? "   -" :
    strlen(v) > 3 ? strjoin(" ", v) : strjoin(substr("    ", strlen(v)), v);
inline string cell4[string v] = v == NULL ? "    -" :
    strlen(v) > 4 ? strjoin(" ", v) : strjoin(substr("     ", strlen(v)), v);
inline string cell5[string v] = v == NULL ? "     -" :
    strlen(v) > 5 ? strjoin(" ", v) : strjoin(substr("      ", strlen(v)), v);
inline string cell8[string v] = v == NULL ? "        -" :
    strlen(v) > 8 ? strjoin(" ", v) : strjoin(substr("         ", strlen(v)), v);
inline string cell17[string v] = v == NULL ? "                 -" :
    strlen(v) > 17 ? strjoin(" ", v) : strjoin(substr("                  ", strlen(v)), v);
inline string cell36[string v] = v == NULL ? "                                    -" :
    strlen(v) > 36 ? strjoin(" ", v) : strjoin(substr("                                     ", strlen(v)), v);

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 30;
	interval = $2 > 0 ? $2 : 1;
	in_full = $$4 == "LONG" || $$4 == "long";
	elapsed = 0;
	/* Only to say what kind of values these hold. */
	due[0, "-"] = 0;
	/* The headings are due. */
	rows = 21;
	this->shown = 1;
}

dtrace:::BEGIN
/$$4 != "" && in_full == 0/
{
	printf("usage: dtrace -Z -s upstairs_repair.d [SECONDS [INTERVAL [PID [LONG]]]]\n");
	exit(2);
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
	this->report = copyinstr(arg1);
	this->error = json(this->report, "err");
	this->value = json(this->report, "ok.session_id");
	this->session = this->value != NULL ? this->value : "-";
	this->shown = interval == 1 || this->session == "-" || elapsed >= due[pid, this->session];
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	due[pid, this->session] = elapsed + interval;
	this->zone = substr(zonename, 0, in_full ? 64 : 28);
	this->zone = strjoin(this->zone, substr(in_full ? "                                                        " :
	    "                            ", strlen(this->zone)));
	this->row = "";
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.upstairs_id");
	this->value = this->value != NULL ? this->value : "-";
	this->value = substr(this->value, 0, in_full ? 36 : 8);
	this->row = strjoin(this->row, in_full ? cell36[this->value] : cell8[this->value]);
	this->value = json(this->report, "ok.session_id");
	this->value = this->value != NULL ? this->value : "-";
	this->value = substr(this->value, 0, in_full ? 36 : 8);
	this->row = strjoin(this->row, in_full ? cell36[this->value] : cell8[this->value]);
	this->value = json(this->report, "ok.ds_state[0]");
	this->code = short_state[this->value];
	this->row = strjoin(this->row, in_full ? cell17[this->value] : cell3[this->code]);
	this->value = json(this->report, "ok.ds_state[1]");
	this->code = short_state[this->value];
	this->row = strjoin(this->row, in_full ? cell17[this->value] : cell3[this->code]);
	this->value = json(this->report, "ok.ds_state[2]");
	this->code = short_state[this->value];
	this->row = strjoin(this->row, in_full ? cell17[this->value] : cell3[this->code]);
	this->value = json(this->report, "ok.ds_live_repair_completed[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_live_repair_completed[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_live_repair_completed[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_live_repair_aborted[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_live_repair_aborted[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_live_repair_aborted[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_ro_lr_skipped[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_ro_lr_skipped[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_ro_lr_skipped[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_connected[0]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_connected[1]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_connected[2]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_replaced[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_replaced[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_replaced[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_extents_repaired[0]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_repaired[1]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_repaired[2]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_confirmed[0]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_extents_confirmed[1]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_confirmed[2]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && this->error != NULL/
{
	this->shown = 0;
	this->row = strjoin("  unreadable: ", this->error);
	this->shown = 1;
}

/* Rows of two CPUs may count as one: that only moves the headings. */
dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21 && in_full == 0/
{
	printf("ZONE                           PID UPSTAIRS  SESSION DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 ");
	printf("LRA1 LRA2 LRS0 LRS1 LRS2  CON0  CON1  CON2 REP0 REP1 REP2   ER0   ER1   ER2   EC0   ");
	printf("EC1   EC2");
	printf("\n");
	rows = 0;
}

dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21 && in_full/
{
	printf("ZONE                                                       ");
	printf("PID                             UPSTAIRS                              ");
	printf("SESSION               DS0               DS1               DS2 LRC0 LRC1 LRC2 LRA0 ");
	printf("LRA1 LRA2 LRS0 LRS1 LRS2  CON0  CON1  CON2 REP0 REP1 REP2   ER0   ER1   ER2   EC0   ");
	printf("EC1   EC2");
	printf("\n");
	rows = 0;
}

/* The one record of a report: a second one that is not used would count as a drop in a full buffer. */
crucible_upstairs*:::up-status
/this->shown/
{
	printf("%s %5d%s\n", this->zone, pid, this->row);
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
