/*
 * slog.d: what the clients of an upstairs log of their connections.
 *
 *	dtrace -Z -s slog.d [SECONDS [PID [PID2 [PID3 [PID4]]]]]
 *
 * Prints one line for each message about a connection that a client of an upstairs logs in one of the
 * processes. A client that cannot connect tries again every ten seconds; one that is connected logs nothing.
 *
 *	slog=pid  the process
 *	client    index of the downstairs
 *	session   session of the upstairs; - where the message does not have it
 *	level     how much it matters
 *	message   up to the end of the line, as JSON writes it, 500 characters at most
 *
 * 0 stands for no process. No process is stopped; messages of the others are ignored. It ends by itself after
 * SECONDS (25), and prints 200 such lines at most. The last line says how many messages there were of all
 * kinds, and how many about connections: slog_ended messages=N connections=N.
 *
 * Made by "npm run scripts" of src/d-text/slog-script.ts: change that, not this file.
 */

#pragma D option quiet
#pragma D option defaultargs
#pragma D option strsize=4k
#pragma D option bufsize=256k
#pragma D option switchrate=10hz
#pragma D option statusrate=10hz

dtrace:::BEGIN
{
	limit = $1 > 0 ? $1 : 25;
	elapsed = 0;
	messages = 0;
	connections = 0;
}

slog*:::info,
slog*:::warn,
slog*:::error
{
	this->shown = pid == $2 || pid == $3 || pid == $4 || pid == $5;
}

slog*:::info,
slog*:::warn,
slog*:::error
/this->shown/
{
	/* A fault ends a clause, not the firing: nothing of another message may be left to print. */
	this->shown = 0;
	messages++;
	this->record = copyinstr(arg0);
	this->client = json(this->record, "ok.kv.client");
	this->text = json(this->record, "ok.message");
	this->session = json(this->record, "ok.kv.session_id");
	this->level = json(this->record, "ok.level");
	this->shown = 1;
}

/* Comparing text with NULL is safe, and reading it is not. */
slog*:::info,
slog*:::warn,
slog*:::error
/this->shown && (this->client == NULL || this->text == NULL)/
{
	this->shown = 0;
}

slog*:::info,
slog*:::warn,
slog*:::error
/this->shown/
{
	this->shown = 0;
	this->found = strstr(this->text, "connect");
	this->shown = 1;
}

slog*:::info,
slog*:::warn,
slog*:::error
/this->shown && this->found == NULL/
{
	this->shown = 0;
}

slog*:::info,
slog*:::warn,
slog*:::error
/this->shown/
{
	this->shown = 0;
	connections++;
	this->session = this->session != NULL ? this->session : "-";
	this->level = this->level != NULL ? this->level : "-";
	this->row = strjoin(" client=", substr(this->client, 0, 8));
	this->row = strjoin(this->row, strjoin(" session=", substr(this->session, 0, 36)));
	this->row = strjoin(this->row, strjoin(" level=", substr(this->level, 0, 8)));
	this->shown = 1;
}

slog*:::info,
slog*:::warn,
slog*:::error
/this->shown/
{
	this->shown = 0;
	this->row = strjoin(this->row, strjoin(" message=", substr(this->text, 0, 500)));
	this->shown = 1;
}

slog*:::info,
slog*:::warn,
slog*:::error
/this->shown && connections <= 200/
{
	printf("slog=%d%s\n", pid, this->row);
}

tick-1s
{
	elapsed++;
}

dtrace:::END
{
	printf("slog_ended messages=%d connections=%d\n", messages, connections);
}

tick-1s
/elapsed >= limit/
{
	exit(0);
}
