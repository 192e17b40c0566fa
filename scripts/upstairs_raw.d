/*
 * upstairs_raw.d: every up-status report of every upstairs, as one line of JSON.
 *
 *	dtrace -Z -s upstairs_raw.d [SECONDS [INTERVAL [PID [FIELDS]]]]
 *
 * Prints one line for each status report of an upstairs (about one a second):
 *
 *	{"zone":"...","pid":N,"time_ns":N,"status":{...}}
 *
 * time_ns is the time of the report in nanoseconds since 1970 and status what Crucible reported, unchanged. A
 * report that Crucible could not write, or that is longer than this program reads, has "error":"..." in place
 * of status.
 *
 * It ends by itself after SECONDS (30). With an INTERVAL above 1, a session has one row in so many seconds.
 * PID limits it to one process (0: all). With FIELDS as the last argument, the first and the last line say
 * when it began and ended: {"began_ns":N} and {"ended_ns":N}. There are no headings.
 *
 * Made by "npm run scripts" of src/d-text/raw-script.ts: change that, not this file.
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
	fields = $$4 == "FIELDS";
	elapsed = 0;
	/* Only to say what kind of values it holds. */
	due[0, "-"] = 0;
}

dtrace:::BEGIN
/$$4 != "" && fields == 0/
{
	printf("usage: dtrace -Z -s upstairs_raw.d [SECONDS [INTERVAL [PID [FIELDS]]]]\n");
	exit(2);
}

dtrace:::BEGIN
/fields/
{
	printf("{\"began_ns\":%d}\n", walltimestamp);
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
	this->text = json(this->report, "ok");
	this->key = this->text != NULL ? "status" : "error";
	this->error = this->error != NULL ? this->error : "the report is cut or not JSON";
	this->shown = 1;
}

crucible_upstairs*:::up-status
/this->shown && this->text == NULL/
{
	this->shown = 0;
	this->text = strjoin("\"", strjoin(this->error, "\""));
	this->shown = 1;
}

/* The one record of a report: a second one that is not used would count as a drop in a full buffer. */
crucible_upstairs*:::up-status
/this->shown/
{
	printf("{\"zone\":\"%s\",\"pid\":%d,\"time_ns\":%d,\"%s\":%s}\n", zonename, pid, walltimestamp,
	    this->key, this->text);
}

tick-1s
{
	elapsed++;
}

dtrace:::END
/fields/
{
	printf("{\"ended_ns\":%d}\n", walltimestamp);
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
