/*
 * single_up_info.d: state and work queues of the upstairs of one process.
 *
 *	dtrace -Z -s single_up_info.d PID [SECONDS [INTERVAL [LONG]]]
 *
 * Prints one row for each status report of an upstairs (about one a second):
 *
 *	ZONE            zone of the process
 *	PID             process
 *	UPSTAIRS        id of the upstairs (a region set)
 *	SESSION         new at each start of the upstairs
 *	DS0 DS1 DS2     state of the downstairs
 *	UPW             guest jobs that are not acknowledged yet
 *	DSW             active jobs on the downstairs side
 *	NEXT_JOB        id that the next job will get; begins at 1000
 *	DELTA           jobs since the row before; not known in the first
 *	WRITE_BO        bytes of writes that are under way
 *	BAKPR           delay of guest writes, in microseconds, one for all downstairs
 *	BP0 BP1 BP2     delay of guest writes, in microseconds, so that the downstairs does not fall behind
 *	NEW0 NEW1 NEW2  jobs that the downstairs has not begun
 *	IP0 IP1 IP2     jobs that the downstairs has in progress
 *	D0 D1 D2        jobs that the downstairs has done
 *	S0 S1 S2        jobs that the downstairs skipped
 *	E0 E1 E2        jobs that failed on the downstairs
 *	ER0 ER1 ER2     extents that live repair repaired on the downstairs
 *	EC0 EC1 EC2     extents that live repair found good on the downstairs
 *
 * A value that the report does not have is "-". Zones and ids are cut, and a state is a code, as cmon has
 * them. With LONG as the last argument they are in full, a state as this Crucible spells it, and there are
 * UPSTAIRS, BAKPR, NEW0, NEW1, NEW2 too.
 *
 * It ends by itself after SECONDS (30). With an INTERVAL above 1, a session has one row in so many seconds.
 * PID is the process.
 *
 * Made by "npm run scripts" of src/probes/single-up-info.ts: change that, not this file.
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

inline string cell2[string v] = v == NULL ? "  -" :
    strlen(v) > 2 ? strjoin(" ", v) : strjoin(substr("   ", strlen(v)), v);
inline string cell3[string v] = v == NULL ? "   -" :
    strlen(v) > 3 ? strjoin(" ", v) : strjoin(substr("    ", strlen(v)), v);
inline string cell4[string v] = v == NULL ? "    -" :
    strlen(v) > 4 ? strjoin(" ", v) : strjoin(substr("     ", strlen(v)), v);
inline string cell5[string v] = v == NULL ? "     -" :
    strlen(v) > 5 ? strjoin(" ", v) : strjoin(substr("      ", strlen(v)), v);
inline string cell8[string v] = v == NULL ? "        -" :
    strlen(v) > 8 ? strjoin(" ", v) : strjoin(substr("         ", strlen(v)), v);
inline string cell9[string v] = v == NULL ? "         -" :
    strlen(v) > 9 ? strjoin(" ", v) : strjoin(substr("          ", strlen(v)), v);
inline string cell17[string v] = v == NULL ? "                 -" :
    strlen(v) > 17 ? strjoin(" ", v) : strjoin(substr("                  ", strlen(v)), v);
inline string cell36[string v] = v == NULL ? "                                    -" :
    strlen(v) > 36 ? strjoin(" ", v) : strjoin(substr("                                     ", strlen(v)), v);

dtrace:::BEGIN
{
	limit = $2 > 0 ? $2 : 30;
	interval = $3 > 0 ? $3 : 1;
	in_full = $$4 == "LONG" || $$4 == "long";
	elapsed = 0;
	/* Only to say what kind of values these hold. */
	due[0, "-"] = 0;
	jobs[0, "-"] = (int64_t)0;
	/* The headings are due. */
	rows = 21;
	this->shown = $1 != 0;
}

dtrace:::BEGIN
/$1 == 0 || $$4 != "" && in_full == 0/
{
	printf("usage: dtrace -Z -s single_up_info.d PID [SECONDS [INTERVAL [LONG]]]\n");
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
/this->shown && in_full/
{
	this->shown = 0;
	this->value = json(this->report, "ok.upstairs_id");
	this->value = this->value != NULL ? this->value : "-";
	this->value = substr(this->value, 0, 36);
	this->row = strjoin(this->row, cell36[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
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
	this->value = json(this->report, "ok.up_count");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_count");
	this->row = strjoin(this->row, cell5[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.next_job_id");
	this->next = this->value != NULL ? strtoll(this->value) : 0;
	this->row = strjoin(this->row, cell9[this->value]);
	this->before = jobs[pid, this->session];
	this->value = this->before != 0 && this->next != 0 ? lltostr(this->next - this->before) : "-";
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.write_bytes_out");
	this->row = strjoin(this->row, cell9[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && in_full/
{
	this->shown = 0;
	this->value = json(this->report, "ok.up_backpressure");
	this->row = strjoin(this->row, cell5[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_delay_us[0]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_delay_us[1]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_delay_us[2]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && in_full/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_io_count.new[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.new[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.new[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_io_count.in_progress[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.in_progress[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.in_progress[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.done[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.done[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.done[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_io_count.skipped[0]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.skipped[1]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.skipped[2]");
	this->row = strjoin(this->row, cell4[this->value]);
	this->value = json(this->report, "ok.ds_io_count.error[0]");
	this->row = strjoin(this->row, cell2[this->value]);
	this->value = json(this->report, "ok.ds_io_count.error[1]");
	this->row = strjoin(this->row, cell2[this->value]);
	this->value = json(this->report, "ok.ds_io_count.error[2]");
	this->row = strjoin(this->row, cell2[this->value]);
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_extents_repaired[0]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_repaired[1]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_repaired[2]");
	this->row = strjoin(this->row, cell5[this->value]);
	this->value = json(this->report, "ok.ds_extents_confirmed[0]");
	this->row = strjoin(this->row, cell5[this->value]);
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
	printf("ZONE                           PID  SESSION DS0 DS1 DS2  UPW   DSW  NEXT_JOB DELTA  ");
	printf("WRITE_BO   BP0   BP1   BP2  IP0  IP1  IP2   D0   D1   D2   S0   S1   S2 E0 E1 E2   ");
	printf("ER0   ER1   ER2   EC0   EC1   EC2");
	printf("\n");
	rows = 0;
}

dtrace:::BEGIN,
crucible_upstairs*:::up-status
/this->shown && rows >= 21 && in_full/
{
	printf("ZONE                                                       ");
	printf("PID                             UPSTAIRS                              ");
	printf("SESSION               DS0               DS1               DS2  UPW   DSW  NEXT_JOB ");
	printf("DELTA  WRITE_BO BAKPR   BP0   BP1   BP2 NEW0 NEW1 NEW2  IP0  IP1  IP2   D0   D1   ");
	printf("D2   S0   S1   S2 E0 E1 E2   ER0   ER1   ER2   EC0   EC1   EC2");
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
