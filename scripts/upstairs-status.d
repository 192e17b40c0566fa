/*
 * upstairs-status.d: what every Crucible upstairs on this sled says of its three downstairs.
 *
 *	dtrace -Z -s upstairs-status.d [SECONDS]
 *
 * Prints one line of name=value words for each status report of an upstairs (about one a second), and ends by
 * itself after SECONDS (3):
 *
 *	zone pid                       whose report it is
 *	time_ns                        when it came, in nanoseconds since 1970
 *	upstairs_id                    id of the upstairs (a region set)
 *	session_id                     new at each start of the upstairs
 *	ds0 to ds2                     state of the downstairs
 *	up_count                       guest jobs that are not acknowledged yet
 *	ds_count                       active jobs on the downstairs side
 *	next_job_id                    id that the next job will get; begins at 1000
 *	write_bytes_out                bytes of writes that are under way
 *	live_repair_completed_0 to _2  live repairs of the downstairs that were completed
 *	live_repair_aborted_0 to _2    live repairs of the downstairs that were aborted; an abort counts for
 *	                               all three at once
 *	connected_0 to _2              connections made to the downstairs; 1 is never reconnected
 *	replaced_0 to _2               times that the downstairs was replaced
 *	extents_repaired_0 to _2       extents that live repair repaired on the downstairs
 *	extents_confirmed_0 to _2      extents that live repair found good on the downstairs
 *	extent_under_repair            extent under live repair; 0 is none, or extent 0
 *	reconciled                     tasks of reconciliation that are done, four for each extent
 *	reconcile_needed               tasks of reconciliation that are still to do, four for each extent
 *
 * A value that the report does not have is "-". A report that its upstairs could not write is zone, pid,
 * time_ns and unreadable=..., which goes on to the end of the line.
 *
 * The first line, columns, has the names behind the ids with their headings and widths for people; began_ns=N
 * and ended_ns=N say when the program began and ended. get-ds-state.sh and get-lr-state.sh make one row a
 * session of this, with one spelling of the states; they pick by name.
 *
 * Made by "npm run scripts" of src/d-text/status-fields.ts: change that, not this file.
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
	printf("columns ds0=DS0:17 ds1=DS1:17 ds2=DS2:17 up_count=UPW:4 ds_count=DSW:5 ");
	printf("next_job_id=NEXT_JOB:9 write_bytes_out=WRITE_BO:9 live_repair_completed_0=LRC0:4 ");
	printf("live_repair_completed_1=LRC1:4 live_repair_completed_2=LRC2:4 ");
	printf("live_repair_aborted_0=LRA0:4 live_repair_aborted_1=LRA1:4 ");
	printf("live_repair_aborted_2=LRA2:4 connected_0=CON0:5 connected_1=CON1:5 ");
	printf("connected_2=CON2:5 replaced_0=REP0:4 replaced_1=REP1:4 replaced_2=REP2:4 ");
	printf("extents_repaired_0=ER0:5 extents_repaired_1=ER1:5 extents_repaired_2=ER2:5 ");
	printf("extents_confirmed_0=EC0:5 extents_confirmed_1=EC1:5 extents_confirmed_2=EC2:5 ");
	printf("extent_under_repair=EXTENT:6 reconciled=RECONCILED:10 reconcile_needed=NEEDED:6");
	printf("\nbegan_ns=%d\n", walltimestamp);
}

crucible_upstairs*:::up-status
{
	/* A fault ends a clause, not the firing: nothing of another report may be left to print. */
	this->shown = 0;
	this->report = copyinstr(arg1);
	this->error = json(this->report, "err");
	this->row = "";
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.upstairs_id");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" upstairs_id=", this->value));
	this->value = json(this->report, "ok.session_id");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" session_id=", this->value));
	this->value = json(this->report, "ok.ds_state[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" ds0=", this->value));
	this->value = json(this->report, "ok.ds_state[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" ds1=", this->value));
	this->value = json(this->report, "ok.ds_state[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" ds2=", this->value));
	this->value = json(this->report, "ok.up_count");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" up_count=", this->value));
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_count");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" ds_count=", this->value));
	this->value = json(this->report, "ok.next_job_id");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" next_job_id=", this->value));
	this->value = json(this->report, "ok.write_bytes_out");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" write_bytes_out=", this->value));
	this->value = json(this->report, "ok.ds_live_repair_completed[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" live_repair_completed_0=", this->value));
	this->value = json(this->report, "ok.ds_live_repair_completed[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" live_repair_completed_1=", this->value));
	this->value = json(this->report, "ok.ds_live_repair_completed[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" live_repair_completed_2=", this->value));
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_live_repair_aborted[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" live_repair_aborted_0=", this->value));
	this->value = json(this->report, "ok.ds_live_repair_aborted[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" live_repair_aborted_1=", this->value));
	this->value = json(this->report, "ok.ds_live_repair_aborted[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" live_repair_aborted_2=", this->value));
	this->value = json(this->report, "ok.ds_connected[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" connected_0=", this->value));
	this->value = json(this->report, "ok.ds_connected[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" connected_1=", this->value));
	this->value = json(this->report, "ok.ds_connected[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" connected_2=", this->value));
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_replaced[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" replaced_0=", this->value));
	this->value = json(this->report, "ok.ds_replaced[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" replaced_1=", this->value));
	this->value = json(this->report, "ok.ds_replaced[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" replaced_2=", this->value));
	this->value = json(this->report, "ok.ds_extents_repaired[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extents_repaired_0=", this->value));
	this->value = json(this->report, "ok.ds_extents_repaired[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extents_repaired_1=", this->value));
	this->value = json(this->report, "ok.ds_extents_repaired[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extents_repaired_2=", this->value));
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown/
{
	this->shown = 0;
	this->value = json(this->report, "ok.ds_extents_confirmed[0]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extents_confirmed_0=", this->value));
	this->value = json(this->report, "ok.ds_extents_confirmed[1]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extents_confirmed_1=", this->value));
	this->value = json(this->report, "ok.ds_extents_confirmed[2]");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extents_confirmed_2=", this->value));
	this->value = json(this->report, "ok.ds_extent_limit");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" extent_under_repair=", this->value));
	this->value = json(this->report, "ok.ds_reconciled");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" reconciled=", this->value));
	this->value = json(this->report, "ok.ds_reconcile_needed");
	this->value = this->value != NULL ? this->value : "-";
	this->row = strjoin(this->row, strjoin(" reconcile_needed=", this->value));
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && this->error != NULL/
{
	this->shown = 0;
	this->row = strjoin(" unreadable=", this->error);
	this->shown = 1;
}

/* The one record of a report: a second one that is not used would count as a drop in a full buffer. */
crucible_upstairs*:::up-status
/this->shown/
{
	printf("zone=%s pid=%d time_ns=%d%s\n", zonename, pid, walltimestamp, this->row);
}

tick-1s
{
	elapsed++;
}

dtrace:::END
{
	printf("ended_ns=%d\n", walltimestamp);
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
