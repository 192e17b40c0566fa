/*
 * upstairs_action.d: turns of the main loop of every upstairs, by kind.
 *
 *	dtrace -Z -s upstairs_action.d [SECONDS [INTERVAL [PID [LONG]]]]
 *
 * Prints one row for each status report of an upstairs (about one a second):
 *
 *	ZONE       zone of the process
 *	PID        process
 *	UPSTAIRS   id of the upstairs (a region set)
 *	SESSION    new at each start of the upstairs
 *	APPLY      turns of the main loop
 *	DOWN_S     turns for a message of a downstairs
 *	GUEST      turns for a request of the guest
 *	DFR_BLK    turns for a deferred block request
 *	DFR_MSG    turns for a deferred message
 *	LEAK_CHK   turns for the check of leaks
 *	FLUSH_CHK  turns for the check whether to flush
 *	STAT_CHK   turns for the statistics
 *	REPR_CHK   turns for the check whether to repair
 *	CTRL_CHK   turns for a control request
 *	NOOP       turns with nothing to do
 *
 * A value that the report does not have is "-". Zones and ids are cut, and a state is a code, as cmon has
 * them. With LONG as the last argument they are in full, a state as this Crucible spells it, and there are
 * LEAK_CHK, REPR_CHK too.
 *
 * It ends by itself after SECONDS (30). With an INTERVAL above 1, a session has one row in so many seconds.
 * PID limits it to one process (0: all).
 *
 * Made by "npm run scripts" of src/probes/upstairs-action.ts: change that, not this file.
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

inline string cell8[string v] = v == NULL ? "        -" :
    strlen(v) > 8 ? strjoin(" ", v) : strjoin(substr("         ", strlen(v)), v);
inline string cell10[string v] = v == NULL ? "          -" :
    strlen(v) > 10 ? strjoin(" ", v) : strjoin(substr("           ", strlen(v)), v);
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
	printf("usage: dtrace -Z -s upstairs_action.d [SECONDS [INTERVAL [PID [LONG]]]]\n");
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
	this->value = json(this->report, "ok.up_counters.apply");
	this->row = strjoin(this->row, cell10[this->value]);
	this->value = json(this->report, "ok.up_counters.action_downstairs");
	this->row = strjoin(this->row, cell10[this->value]);
	this->value = json(this->report, "ok.up_counters.action_guest");
	this->row = strjoin(this->row, cell10[this->value]);
	this->value = json(this->report, "ok.up_counters.action_deferred_block");
	this->row = strjoin(this->row, cell10[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.up_counters.action_deferred_message");
	this->row = strjoin(this->row, cell10[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && in_full/
{
	this->shown = 0;
	this->value = json(this->report, "ok.up_counters.action_leak_check");
	this->row = strjoin(this->row, cell10[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.up_counters.action_flush_check");
	this->row = strjoin(this->row, cell10[this->value]);
	this->value = json(this->report, "ok.up_counters.action_stat_check");
	this->row = strjoin(this->row, cell10[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && in_full/
{
	this->shown = 0;
	this->value = json(this->report, "ok.up_counters.action_repair_check");
	this->row = strjoin(this->row, cell10[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.up_counters.action_control_check");
	this->row = strjoin(this->row, cell10[this->value]);
	this->value = json(this->report, "ok.up_counters.action_noop");
	this->row = strjoin(this->row, cell10[this->value]);
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
	printf("ZONE                           PID UPSTAIRS  SESSION      APPLY     DOWN_S      ");
	printf("GUEST    DFR_BLK    DFR_MSG  FLUSH_CHK   STAT_CHK   CTRL_CHK       NOOP");
	printf("\n");
	rows = 0;
}

dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21 && in_full/
{
	printf("ZONE                                                       ");
	printf("PID                             UPSTAIRS                              SESSION      ");
	printf("APPLY     DOWN_S      GUEST    DFR_BLK    DFR_MSG   LEAK_CHK  FLUSH_CHK   STAT_CHK   ");
	printf("REPR_CHK   CTRL_CHK       NOOP");
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
