import { describe, expect, test } from 'vitest';
import { startDtrace, virtualMachine } from './virtual-machine.ts';

/** The message for a script that does not compile, which must come alone and end the command with 1. */
async function refusal(script: string, argv: readonly string[] = ['-Z']): Promise<string> {
  const session = startDtrace(virtualMachine(), [...argv, '-s', 'x.d'], { 'x.d': script });
  expect(session.stdout).toBe('');
  expect(await session.settle()).toBe(1);
  return session.stderr;
}

describe('a script that is wrong', () => {
  test.each([
    ['BEGIN { trace(x); }', 1, 'failed to resolve x: Unknown variable name'],
    ['BEGIN { trace(1); }\n\nEND { trace(a["k"]); }', 3, 'a has not yet been declared or assigned'],
    ['BEGIN { trace(this->x); }', 1, 'this->x has not yet been declared or assigned'],
    ['BEGIN { trace(self->x); }', 1, 'self->x has not yet been declared or assigned'],
    ['BEGIN { x = 1;\nx = "s"; }', 2, 'operands have incompatible types: "int" = "string"'],
    ['BEGIN { x = "s"; x = 1; }', 1, 'operands have incompatible types: "string" = "int"'],
    ['BEGIN { trace("a" + 1); }', 1, 'operands have incompatible types: "string" + "int"'],
    ['BEGIN { trace("a" == 1); }', 1, 'operands have incompatible types: "string" == "int"'],
    ['BEGIN { trace("a" * 2); }', 1, 'operator * requires operands of arithmetic type'],
    ['BEGIN { trace("a" && 1); }', 1, 'operator && requires operands of scalar type'],
    ['BEGIN { trace(pid ? "a" : 2); }', 1, 'operator ?: operands must have compatible types'],
    ['BEGIN /"text"/ { trace(1); }', 1, 'predicate result must be of scalar type'],
    ['BEGIN { pid = 1; }', 1, 'operator = can only be applied to a writable variable'],
    ['BEGIN { x = 1; trace(x[1]); }', 1, 'cannot dereference non-pointer type'],
    ['BEGIN { a[1] = 1; trace(a); }', 1, "associative array 'a' may not be referenced as scalar variable"],
    [
      'BEGIN { a[1] = 1; a["s"] = 1; }',
      1,
      'a[ ] key #1 is incompatible with prototype:\n\tprototype: int\n\t      key: string',
    ],
    ['BEGIN { a[1] = 1; a[1, 2] = 1; }', 1, 'a[ ] prototype mismatch: 2 keys passed, 1 expected'],
    ['BEGIN { @a = count(); @a; }', 1, 'expression has null effect: @a'],
    ['BEGIN { nope(1); }', 1, 'undefined function name: nope'],
    ['BEGIN { trace(strlen()); }', 1, 'strlen( ) prototype mismatch: 0 args passed, 1 expected'],
    [
      'BEGIN { trace(strlen(5)); }',
      1,
      'strlen( ) argument #1 is incompatible with prototype:\n\tprototype: string\n\t argument: int',
    ],
    [
      'BEGIN { trace(printf("x")); }',
      1,
      'printf( ) may not be called from a D expression (D program context required)',
    ],
    [
      'BEGIN { printf("%d"); }',
      1,
      'printf( ) prototype mismatch: conversion #1 (%d) is missing a corresponding value argument',
    ],
    [
      'BEGIN { printf("%d", 1, 2); }',
      1,
      'printf( ) prototype mismatch: only 1 arguments required by this format string',
    ],
    [
      'BEGIN { printf("%d %s", 1, 2); }',
      1,
      'printf( ) argument #3 is incompatible with conversion #2 prototype:\n\tconversion: %s\n\t prototype: char [] or string (or use stringof)\n\t  argument: int',
    ],
    [
      'BEGIN { printf("%d", "s"); }',
      1,
      'printf( ) argument #2 is incompatible with conversion #1 prototype:\n\tconversion: %d\n\t prototype: char, short, int, long, or long long\n\t  argument: string',
    ],
    [
      'BEGIN { printf("%@d", 1); }',
      1,
      '%@ conversion requires an aggregation and is not for use with printf( )',
    ],
    ['BEGIN { printa(@a); }', 1, 'undefined aggregation: @a'],
    [
      'BEGIN { @a[1] = count(); } END { printa("%s %@d", @a); }',
      1,
      'printa( ) argument #2 is incompatible with conversion #1 prototype:\n\tconversion: %s\n\t prototype: char [] or string (or use stringof)\n\t  argument: int',
    ],
    [
      'BEGIN { @a[1] = count(); } END { printa("%d %d %@d", @a); }',
      1,
      'printa( ) prototype mismatch: conversion #2 (%d) is missing a corresponding value argument',
    ],
    [
      'BEGIN { @a = count(); @a = sum(1); }',
      1,
      'aggregation redefined: @a\n\t current: @a = sum( )\n\tprevious: @a = count( ) : line 1',
    ],
    ['BEGIN { @a = strlen("x"); }', 1, 'strlen( ) is not an aggregating function'],
    [
      'BEGIN { @a[1] = count(); @a["s"] = count(); }',
      1,
      '@a[ ] key #1 is incompatible with prototype:\n\tprototype: int\n\t      key: string',
    ],
    [
      'BEGIN { @a = lquantize(1, 10, 5); }',
      1,
      'lquantize( ) base (argument #1) must be less than limit (argument #2)',
    ],
    [
      'BEGIN { trunc(1); }',
      1,
      'trunc( ) argument #1 is incompatible with prototype:\n\tprototype: aggregation\n\t argument: int',
    ],
    ['BEGIN { exit(); }', 1, 'exit( ) prototype mismatch: 0 args passed, 1 expected'],
    ['BEGIN { trace(1 / 0); }', 1, 'expression contains division by zero'],
    [
      '\ninline string f[int s] = s;\nBEGIN { trace(1); }',
      2,
      'inline definition uses incompatible types: "string" = "int"',
    ],
    ['inline int f[int s] = t;\nBEGIN { trace(1); }', 1, 'failed to resolve t: Unknown variable name'],
    [
      'inline string f[string s] = s;\nBEGIN { trace(f[1]); }',
      2,
      'f[ ] argument #1 is incompatible with prototype:\n\tprototype: string\n\t argument: int',
    ],
    [
      'inline string f[string s] = s;\nBEGIN { trace(f["a", "b"]); }',
      2,
      'f[ ] prototype mismatch: 2 args passed, 1 expected',
    ],
    [
      'up-status { trace(args[0]); }',
      1,
      'args[ ] may not be referenced because probe description up-status matches an unstable set of probes',
    ],
    ['a:b:c:d:e { trace(1); }', 1, 'invalid probe description "a:b:c:d:e": Overspecified probe description'],
    ['#define X 1\nBEGIN { trace(1); }', 1, 'invalid control directive: #define'],
    ['#pragma D option quite\nBEGIN { trace(1); }', 1, "failed to set option 'quite': Invalid option name"],
    [
      '#pragma D option strsize=lots\nBEGIN { trace(1); }',
      1,
      "failed to set option 'strsize' to 'lots': Invalid value for specified option",
    ],
    ['BEGIN { trace(1) trace(2) }', 1, 'syntax error near "trace"'],
    ['BEGIN {\n  // a comment\n  trace(1);\n}', 2, 'syntax error near "/"'],
    ['BEGIN { for (i = 0; i < 3; i++) trace(i); }', 1, 'syntax error near "for"'],
    ['BEGIN { while (1) { trace(1); } }', 1, 'syntax error near "while"'],
    ['BEGIN { trace(1);', 1, 'syntax error near end of input'],
    ['BEGIN { trace(1); }}', 1, 'syntax error near "}"'],
    ['BEGIN { printf("open); }\n', 1, 'newline encountered in string literal'],
    ['/* open', 1, 'end-of-file encountered before matching */'],
    ['BEGIN { trace(1.5); }', 1, 'floating-point constants are not permitted'],
    ['BEGIN { trace(089); }', 1, 'integer constant 089 contains invalid digit 8'],
    ['BEGIN /(1 == 1/ { trace(1); }', 1, 'predicate ended before matching )'],
    ['BEGIN { trace(curpsinfo->pr_nothing); }', 1, 'pr_nothing is not a member of psinfo_t'],
  ])('%s', async (script, line, message) => {
    expect(await refusal(script)).toBe(`dtrace: failed to compile script x.d: line ${line}: ${message}\n`);
  });

  test('a description that matches nothing is an error without -Z, on its line', async () => {
    expect(await refusal('BEGIN { trace(1); }\n\nnope*:::x { trace(1); }', [])).toBe(
      'dtrace: failed to compile script x.d: line 3: probe description nope*:::x does not match any probes\n',
    );
    expect(await refusal('tick-1parsec { trace(1); }', [])).toContain(
      'probe description :::tick-1parsec does not match any probes',
    );
  });

  test('a program of -n is quoted, and its region named', async () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-n', 'BEGIN { trace(x); }']);
    expect(session.stderr).toBe(
      'dtrace: invalid probe specifier BEGIN { trace(x); }: in action list: failed to resolve x: Unknown variable name\n',
    );
    expect(await session.settle()).toBe(1);
    expect(startDtrace(machine, ['-n', 'BEGIN /x/ { trace(1); }']).stderr).toContain(
      ': in predicate: failed to resolve x',
    );
    expect(startDtrace(machine, ['-n', 'nope:::x']).stderr).toBe(
      'dtrace: invalid probe specifier nope:::x: probe description nope:::x does not match any probes\n',
    );
  });
});

describe('what is right though it looks odd', () => {
  test.each([
    ['the last statement needs no semicolon', 'BEGIN { trace(1) }', '1'],
    ['a comment stands between predicate and body', 'BEGIN /1 == 1/ /* why */ { trace(2); }', '2'],
    ['a predicate divides', 'BEGIN /8 / 4 == 2/ { trace(3); }', '3'],
    ['a probe name and a minus sign both have a dash', 'BEGIN,dtrace:::BEGIN /5-4/ { trace(5-4); }', '11'],
    ['bitwise or binds weaker than ==', 'BEGIN /$target == 0 | $target == pid/ { trace(4); }', '4'],
    [
      'variables have types of their own',
      'uint64_t n[string]; self string s; BEGIN { n["a"] = 3; self->s = "x"; trace(n["a"]); trace(self->s); }',
      '3x',
    ],
    ['a nested if', 'BEGIN { if (0) { trace(1); } else if (1) { trace(2); } else { trace(3); } }', '2'],
    ['an inline constant', 'inline int LIMIT = 5; BEGIN { trace(LIMIT + 1); }', '6'],
    [
      'an inline that uses another',
      'inline string f[string s] = s == "a" ? "A" : s; inline string g[string s] = f[s]; BEGIN { trace(g["a"]); }',
      'A',
    ],
    ['a comma', 'BEGIN { x = 1, y = 2; trace(x + y); }', '3'],
    ['stringof copied bytes', 'BEGIN { trace(sizeof(int64_t)); }', '8'],
  ])('%s', (_what, script, expected) => {
    const session = startDtrace(virtualMachine(), ['-qs', 'x.d'], { 'x.d': script });
    expect(session.stderr).toBe('');
    expect(session.stdout).toBe(expected);
  });
});
