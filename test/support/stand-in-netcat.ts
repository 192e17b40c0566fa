import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../src/model/shell-word.ts';

/** Netcats that differ in how they end: see the usage of each. */
export type Netcat = 'openbsd' | 'traditional' | 'illumos';

const USAGE: Readonly<Record<Netcat, string>> = {
  openbsd:
    '\t-N\t\tShutdown the network socket after EOF on stdin\n\t-q secs\t\tquit after EOF on stdin and delay of secs\n',
  traditional: '\t-q secs\t\t\tquit after EOF on stdin and delay of secs\n',
  illumos: 'usage: nc [-46DEFdhklnrtuvzZ] [-I length] [hostname] [port]\n',
};

/** In Perl, which begins in a tenth of the CPU of Node: with it, tests of gateways were mostly tests of its start. */
const SCRIPT = String.raw`use strict;
use Errno qw(EAGAIN ECONNRESET EINTR);
use IO::Select;
use Socket qw(:DEFAULT getaddrinfo TCP_NODELAY IPPROTO_TCP);

my ($kind, $pids, @words) = @ARGV;
open(my $list, '>>', $pids) or die "$pids: $!";
syswrite($list, "$$\n");
close($list);
my ($quits, $verbose) = (0, 0);
while (@words && $words[0] =~ /^-/) {
  my $word = shift @words;
  if ($word eq '-v') { $verbose = 1; }
  elsif ($word eq '-q' && $kind ne 'illumos') { shift @words; $quits = 1; }
  else { print STDERR "nc: illegal option $word\n"; exit 1; }
}
my ($host, $port) = @words;
$SIG{PIPE} = 'IGNORE';
my ($problem, @found) = getaddrinfo($host, $port, { socktype => SOCK_STREAM });
# The words of docs/faults.md, whatever a libc says.
fail("getaddrinfo ENOTFOUND $host") if $problem;
socket(my $socket, $found[0]{family}, SOCK_STREAM, 0) or fail($!);
connect($socket, $found[0]{addr}) or fail($!);
setsockopt($socket, IPPROTO_TCP, TCP_NODELAY, 1);
print STDERR "Connection to $host $port port [tcp/*] succeeded!\n" if $verbose;

my $readers = IO::Select->new(\*STDIN, $socket);
while (1) {
  for my $from ($readers->can_read) {
    my $length = sysread($from, my $data, 65536);
    next if !defined $length && ($! == EINTR || $! == EAGAIN);
    fail($! == ECONNRESET ? 'read ECONNRESET' : "read: $!") if !defined $length && $from == $socket;
    if ($length) {
      pass($from == $socket ? \*STDOUT : $socket, $data);
      next;
    }
    $readers->remove($from);
    if ($from == $socket) { exit 0 if $kind ne 'traditional'; }
    else {
      exit 0 if $quits;
      shutdown($socket, 1) if $kind eq 'illumos';
    }
  }
  # It stays, as the real ones do.
  sleep 1 if $readers->count == 0;
}

sub pass {
  my ($to, $data) = @_;
  while (length $data) {
    my $length = syswrite($to, $data);
    if (defined $length) { substr($data, 0, $length) = ''; }
    elsif ($! == EAGAIN || $! == EINTR) { select(undef, undef, undef, 0.01); }
    else { return; }
  }
}

sub fail {
  my ($why) = @_;
  print STDERR "nc: connect to $host port $port (tcp) failed: $why\n" if $verbose;
  exit 1;
}
`;

const PERL = ['/usr/bin/perl', '/usr/local/bin/perl'].find((path) => existsSync(path));

/**
 * Writes an executable `nc` that ends as the real ones do: without -q those of Linux stay when their standard input
 * ends, and the one of illumos knows neither -q nor -N, and ends when the other side does. It says its number in
 * `nc.pids` beside itself.
 */
export function writeNetcat(directory: string, kind: Netcat): string {
  if (PERL === undefined) throw new Error('perl, of which the stand-in for nc is made, is not installed');
  const file = join(directory, 'nc');
  writeFileSync(`${file}.pl`, SCRIPT);
  const script = [
    '#!/bin/sh',
    `[ "$1" = -h ] && { printf %s ${shellWord(USAGE[kind])} >&2; exit ${kind === 'illumos' ? 1 : 0}; }`,
    `exec ${PERL} ${shellWord(`${file}.pl`)} ${kind} ${shellWord(`${file}.pids`)} "$@"`,
  ];
  writeFileSync(file, `${script.join('\n')}\n`);
  chmodSync(file, 0o755);
  return file;
}
