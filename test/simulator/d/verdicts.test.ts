import { describe, expect, test } from 'vitest';
import { startDtrace, virtualMachine } from './virtual-machine.ts';

/** What the compiler says of a program: `valid`, or its message without the place. */
async function verdictOf(program: string, argv: readonly string[] = ['-Zs', 'x.d']): Promise<string> {
  const session = startDtrace(virtualMachine(), argv, { 'x.d': program });
  const { stderr } = session;
  session.run.signal('INT');
  await session.settle();
  const refused =
    /^dtrace: (?:failed to compile script x\.d(?:: line \d+)?|invalid probe specifier .*?(?:: in [a-z ]+)?): ([^]*)\n$/.exec(
      stderr,
    );
  return refused?.[1] ?? 'valid';
}

const incompatible = (left: string, op: string, right: string): string =>
  `operands have incompatible types: "${left}" ${op} "${right}"`;
const undeclared = (name: string): string => `${name} has not yet been declared or assigned`;
const unknown = (name: string): string => `failed to resolve ${name}: Unknown variable name`;
const conversion = (name: string, prototype: string, argument: string): string =>
  `printf( ) argument #2 is incompatible with conversion #1 prototype:\n\tconversion: %${name}\n\t prototype: ${prototype}\n\t  argument: ${argument}`;

/** Statements of one clause, with the verdict of libdtrace's own rules. */
type Rows = readonly (readonly [statements: string, verdict: string])[];

const ZERO_IS_NULL: Rows = [
  ['x["a"] = "b"; x["a"] = 0', 'valid'],
  ['x["a"] = "b"; x["a"] = NULL', 'valid'],
  ['x["a"] = "b"; x["a"] = 1', incompatible('string', '=', 'int')],
  ['this->s = "a"; this->s = 0', 'valid'],
  ['self->s = "a"; self->s = 0', 'valid'],
  ['s = "a"; s = 1 - 1', 'valid'],
  ['s = "a"; s = (int)0', 'valid'],
  ['s = "a"; s = (void *)arg0', 'valid'],
  ['s = "a"; s = (char *)arg0', 'valid'],
  ['s = "a"; s = (uint64_t *)arg0', incompatible('string', '=', 'uint64_t *')],
  ['s = "a"; s = pid', incompatible('string', '=', 'pid_t')],
  ['n = 0; n = "a"', incompatible('int', '=', 'string')],
  ['n = 0; n = NULL', incompatible('int', '=', 'void *')],
  ['y = "a"; z = y == 0', 'valid'],
  ['y = "a"; z = 0 == y', 'valid'],
  ['y = "a"; z = y != 0', 'valid'],
  ['y = "a"; z = y < 0', 'valid'],
  ['y = "a"; z = y == NULL', 'valid'],
  ['y = "a"; z = y == 1', incompatible('string', '==', 'int')],
  ['y = "a"; z = y == pid', incompatible('string', '==', 'pid_t')],
  ['z = arg0 == NULL', incompatible('int64_t', '==', 'void *')],
  ['z = (void *)arg0 == NULL', 'valid'],
  ['z = (void *)arg0 == 0', 'valid'],
  ['z = (void *)arg0 == 1', incompatible('void *', '==', 'int')],
  ['a["k"] = 1; z = a[0]', 'valid'],
  [
    'a["k"] = 1; z = a[1]',
    'a[ ] key #1 is incompatible with prototype:\n\tprototype: string\n\t      key: int',
  ],
  [
    'a[0] = 1; z = a["k"]',
    'a[ ] key #1 is incompatible with prototype:\n\tprototype: int\n\t      key: string',
  ],
  [
    'a[1] = 1; z = a[NULL]',
    'a[ ] key #1 is incompatible with prototype:\n\tprototype: int\n\t      key: void *',
  ],
  ['z = strlen(0)', 'valid'],
  [
    'z = strlen(1)',
    'strlen( ) argument #1 is incompatible with prototype:\n\tprototype: string\n\t argument: int',
  ],
  ['z = strtok(NULL, ",")', 'valid'],
  [
    'z = copyinstr((char *)arg0)',
    'copyinstr( ) argument #1 is incompatible with prototype:\n\tprototype: uintptr_t\n\t argument: char *',
  ],
  ['z = copyinstr((uintptr_t)(char *)arg0)', 'valid'],
];

const CHOICES: Rows = [
  ['z = 1 ? 2 : "a"', 'valid'],
  ['z = 1 ? "a" : 2', 'valid'],
  ['z = 0 ? nothing : "a"', 'valid'],
  ['z = 1 ? nothing : "a"', unknown('nothing')],
  ['z = 1 == 1 ? 2 : "a"', 'valid'],
  ['z = !0 && 2 > 1 ? 2 : "a"', 'valid'],
  ['z = (int8_t)256 ? "a" : 2', 'valid'],
  ['z = sizeof (int) ? 2 : "a"', 'valid'],
  ['z = $target ? 2 : "a"', 'valid'],
  ['z = pid ? 2 : "a"', 'operator ?: operands must have compatible types'],
  ['z = pid ? 0 : "a"', 'valid'],
  ['z = pid ? "a" : 0', 'valid'],
  ['z = pid ? 0 : NULL', 'valid'],
  ['z = pid ? 1 : NULL', 'operator ?: operands must have compatible types'],
  ['z = pid ? (uint8_t)1 : timestamp', 'valid'],
  ['z = "a" ? 1 : 2', 'operator ?: expression must be of scalar type'],
  ['z = (void *)1 ? 2 : "a"', 'operator ?: operands must have compatible types'],
  ['pid ? printf("a") : printf("b")', 'action cannot be used in a conditional context'],
  ['1 ? printf("a") : printf("b")', 'valid'],
  ['printf("a"), printf("b")', 'operator , operands cannot be actions'],
];

const STATEMENTS: Rows = [
  ['1', 'valid'],
  ['1 + 2', 'valid'],
  ['"a"', 'valid'],
  ['pid', 'valid'],
  ['strlen("a")', 'valid'],
  ['x', unknown('x')],
  ['this->x', undeclared('this->x')],
  ['@a = count(); @a', 'expression has null effect: @a'],
  ['', 'valid'],
  [';;', 'valid'],
];

const UPDATES: Rows = [
  ['x += 1', undeclared('x')],
  ['x -= 1', undeclared('x')],
  ['x *= 1', undeclared('x')],
  ['x |= 1', undeclared('x')],
  ['this->x += 1', undeclared('this->x')],
  ['self->x += 1', undeclared('self->x')],
  ['a["k"] += 1', undeclared('a')],
  ['x++', 'valid'],
  ['--x', 'valid'],
  ['a["k"]++', 'valid'],
  ['this->x++', 'valid'],
  ['x = 1; x += 1', 'valid'],
  ['x = 1; x <<= 2', 'valid'],
  ['x = 1; x += "a"', incompatible('int', '+=', 'string')],
  ['x = "a"; x += 1', incompatible('string', '+=', 'int')],
  ['x = "a"; x -= "b"', incompatible('string', '-=', 'string')],
  ['x = "a"; x *= 1', 'operator *= requires operands of arithmetic type'],
  ['x = "a"; x %= 2', 'operator %= requires operands of integral type'],
  ['x = "a"; x &= 2', 'operator &= requires operands of integral type'],
  ['x = 1; x /= 0', 'expression contains division by zero'],
  ['x = 1; x %= 0', 'expression contains division by zero'],
  ['x = 1; x /= 1 - 1', 'expression contains division by zero'],
  ['x = "a"; x++', 'operator ++ requires operand of scalar type'],
  ['x = (void *)arg0; x++', 'operator ++ requires an operand of known size'],
  ['x = (void *)arg0; x += 1', 'operator += requires left-hand scalar operand of known size'],
  ['pid = 1', 'operator = can only be applied to a writable variable'],
  ['pid++', 'operator ++ can only be applied to a writable variable'],
  ['1 = 2', 'operator = requires modifiable lvalue as an operand'],
];

const ELEMENTS: Rows = [
  ['z = this->b["x"]', 'local variables may not be used as associative arrays: b'],
  ['this->b["x"] = 1', 'local variables may not be used as associative arrays: b'],
  ['this->b = 1; z = this->b[1]', 'cannot dereference non-pointer type'],
  ['this->b = 1; z = this->b["x"]', incompatible('int', '+', 'string')],
  ['self->b["x"] = 1; z = self->b["x"]', 'valid'],
  ['z = self->b["x"]', undeclared('self->b')],
  ['x = 1; x[1] = 2', 'cannot dereference non-pointer type'],
  ['x = 1; z = x["a"]', incompatible('int', '+', 'string')],
  ['x = 1; z = x[1, 2]', 'cannot access scalar variable x as an associative array'],
  ['z = pid[0]', 'cannot dereference non-pointer type'],
  ['z = execname[0]', incompatible('string', '+', 'int')],
  ['x[1] = 2; z = x', "associative array 'x' may not be referenced as scalar variable"],
  ['x[1] = 2; x = 1', "associative array 'x' may not be referenced as scalar variable"],
  ['z = x[1]', undeclared('x')],
  ['z = *pid', 'cannot dereference non-pointer type'],
  ['z = *NULL', 'cannot dereference pointer to void'],
  ['z = *(int *)arg0', 'valid'],
  ['z = ((int *)arg0)[2]', 'valid'],
  ['z = &pid', 'cannot take address of dynamic variable'],
];

const OPERATORS: Rows = [
  ['z = NULL + 1', incompatible('void *', '+', 'int')],
  ['z = (char *)arg0 + 1', 'valid'],
  ['z = 1 - (char *)arg0', incompatible('int', '-', 'char *')],
  ['z = "a" + 1', incompatible('string', '+', 'int')],
  ['z = "a" * 1', 'operator * requires operands of arithmetic type'],
  ['z = "a" | 1', 'operator | requires operands of integral type'],
  ['z = "a" && 1', 'operator && requires operands of scalar type'],
  ['z = NULL && 1', 'valid'],
  ['z = !"a"', 'operator ! requires an operand of scalar type'],
  ['z = !NULL', 'valid'],
  ['z = -"a"', 'operator - requires an operand of arithmetic type'],
  ['z = ~NULL', 'operator ~ requires an operand of integral type'],
  ['z = 1 / 0', 'expression contains division by zero'],
  ['z = 1 / (2 - 2)', 'expression contains division by zero'],
  ['z = pid % 0', 'expression contains division by zero'],
  ['z = (int)"a"', 'invalid cast expression: "string" to "int"'],
  ['z = (void *)"a"', 'invalid cast expression: "string" to "void *"'],
  ['z = (string)5', 'valid'],
  ['z = stringof(5)', 'valid'],
  ['z = stringof(arg0)', 'valid'],
  ['z = stringof(curpsinfo)', 'cannot apply stringof to a value of type psinfo_t'],
  ['z = sizeof (pid)', 'valid'],
  ['z = sizeof (void)', 'cannot apply sizeof to an operand of unknown size'],
];

const FORMATS: Rows = [
  ['printf("")', 'printf( ) format string is empty'],
  ['@a = count(); printa("", @a)', 'printa( ) format string is empty'],
  ['printf()', 'printf( ) prototype mismatch: 0 args passed, 1 expected'],
  ['printf("%")', 'format conversion #1 name expected before end of format string'],
  ['printf("%-")', 'format conversion #1 name expected before end of format string'],
  ['printf("100%%")', 'valid'],
  ['printf("%-%")', 'format conversion #1 cannot be combined with other format flags: %%'],
  ['printf("%1$d", 1)', 'format conversion #1 uses unsupported positional format (%n$)'],
  ['printf("%**d", 1, 2)', "format conversion #1 has more than one '*' specified for the output precision"],
  ['printf("%1.2.3d", 1)', "format conversion #1 has more than one '.' specified"],
  ['printf("%hhd", (char)1)', 'format conversion #1 is undefined: %hhd'],
  ['printf("%zu", sizeof (int))', 'format conversion #1 is undefined: %z'],
  ['printf("%n", 1)', 'format conversion #1 is undefined: %n'],
  [
    'printf("%% %s", 1)',
    conversion('s', 'char [] or string (or use stringof)', 'int').replace('#1 prototype', '#2 prototype'),
  ],
  ['printf("%d %u %x %X %o %i", 1, 2, pid, arg0, timestamp, (char)1)', 'valid'],
  ['printf("%lld", arg0)', conversion('lld', 'long long', 'int64_t')],
  ['printf("%lld", (long long)arg0)', 'valid'],
  ['printf("%lld", (hrtime_t)arg0)', 'valid'],
  ['printf("%lld", 1)', conversion('lld', 'long long', 'int')],
  ['printf("%llu", timestamp)', conversion('llu', 'unsigned long long', 'uint64_t')],
  ['printf("%llu", (u_longlong_t)timestamp)', 'valid'],
  ['printf("%llx", arg0)', 'valid'],
  ['printf("%llx", timestamp)', 'valid'],
  ['printf("%llx", 1)', conversion('llx', 'long long', 'int')],
  ['printf("%ld", arg0)', 'valid'],
  ['printf("%ld", 1)', conversion('ld', 'long', 'int')],
  ['printf("%ld", 1L)', 'valid'],
  ['printf("%lu", timestamp)', 'valid'],
  ['printf("%lu", arg0)', conversion('lu', 'unsigned long', 'int64_t')],
  ['printf("%lx", timestamp)', 'valid'],
  ['printf("%hd", (short)1)', 'valid'],
  ['printf("%hd", 1)', conversion('hd', 'short', 'int')],
  ['printf("%hx", (ushort_t)1)', 'valid'],
  ['printf("%hu", (short)1)', conversion('hu', 'unsigned short', 'short')],
  ['printf("%c", 65)', 'valid'],
  ['printf("%c", arg0)', conversion('c', 'char, short, or int', 'int64_t')],
  ['printf("%C", 65)', 'valid'],
  ['printf("%lc", pid)', 'valid'],
  ['printf("%Y", walltimestamp)', 'valid'],
  ['printf("%Y", 1)', conversion('Y', 'int64_t', 'int')],
  ['printf("%f", 1)', conversion('f', 'float, double, or long double', 'int')],
  ['printf("%Lf", 1)', conversion('Lf', 'long double', 'int')],
  ['printf("%s", copyinstr(arg0))', 'valid'],
  ['printf("%s", arg0)', conversion('s', 'char [] or string (or use stringof)', 'int64_t')],
  ['printf("%s", 0)', conversion('s', 'char [] or string (or use stringof)', 'int')],
  ['printf("%S", execname)', 'valid'],
  ['printf("%d", "a")', conversion('d', 'char, short, int, long, or long long', 'string')],
  ['printf("%p %a", NULL, arg0)', 'valid'],
  ['printf("%p", "a")', conversion('p', 'pointer or integer', 'string')],
  ['printf("%k", 1)', conversion('k', 'stack', 'int')],
  ['printf("%*d", 1, 2)', 'valid'],
  [
    'printf("%*d", "a", 2)',
    'printf( ) argument #2 is incompatible with conversion #1 prototype:\n\tconversion: % * d\n\t prototype: int\n\t  argument: string',
  ],
  ['printf("%-08.3lx|%+d|% d|%#x|%\'d|%?d", 1L, 1, 1, 1, 1, 1)', 'valid'],
  ['@a = count(); printa("%@d %@u %@x", @a)', 'valid'],
  ['@a = quantize(1); printa("%@d", @a)', 'valid'],
  [
    '@a = count(); printa("%@s", @a)',
    'printa( ) aggregating action is incompatible with conversion #1 prototype:\n\tconversion: %s\n\t prototype: char [] or string (or use stringof)\n\t  argument: uint64_t',
  ],
  [
    '@a = sum(1); printa("%@lld", @a)',
    'printa( ) aggregating action is incompatible with conversion #1 prototype:\n\tconversion: %lld\n\t prototype: long long\n\t  argument: int64_t',
  ],
  ['@a[1] = count(); @b[2L] = count(); printa("%d %@d %@d", @a, @b)', 'valid'],
  [
    '@a[1] = count(); @b[1, 2] = count(); printa("%@d %@d", @a, @b)',
    'printa( ): @a and @b do not have matching key signatures: @a has 1 key, @b has 2 keys',
  ],
  [
    '@a[1] = count(); @b["x"] = count(); printa("%@d %@d", @a, @b)',
    'printa( ): @b[ ] key #1 is incompatible with @a:\n        a key #1: int\n        b key #1: string',
  ],
];

const ACTIONS: Rows = [
  ['print(pid)', 'valid'],
  ['print("a")', 'valid'],
  ['print()', 'print( ) prototype mismatch: 0 args passed, 1 expected'],
  ['@a = count(); print(@a)', 'print( ) may not be applied to an aggregation'],
  ['setopt("quiet")', 'valid'],
  ['setopt("switchrate", "10hz")', 'valid'],
  ['setopt()', 'setopt( ) prototype mismatch: 0 args passed, at least 1 expected'],
  [
    'setopt(1)',
    'setopt( ) argument #1 is incompatible with prototype:\n\tprototype: const char *\n\t argument: int',
  ],
  ['exit(1)', 'valid'],
  ['exit("a")', 'exit( ) argument #1 is incompatible with prototype:\n\tprototype: int\n\t argument: string'],
  ['trace()', 'trace( ) prototype mismatch: 0 args passed, 1 expected'],
];

const NO_REGISTER = 'Insufficient registers to generate code';

/** `pid + (pid + (pid + …))`, which takes so many registers. */
const deep = (registers: number): string =>
  `${'pid + ('.repeat(registers - 1)}pid${')'.repeat(registers - 1)}`;

const REGISTERS: Rows = [
  [`z = ${deep(7)}`, 'valid'],
  [`z = ${deep(8)}`, NO_REGISTER],
  [`trace(${deep(8)})`, NO_REGISTER],
  [`@a[${deep(8)}] = count()`, NO_REGISTER],
  [`@a = sum(${deep(8)})`, NO_REGISTER],
  [`printf("%d %d", ${deep(7)}, ${deep(7)})`, 'valid'],
  [`z = ${deep(7)} || ${deep(7)} && ${deep(7)}`, 'valid'],
  [`z = pid ? ${deep(7)} : pid ? ${deep(7)} : ${deep(7)}`, 'valid'],
  [`z = pid + (pid ? 1 : ${deep(7)})`, NO_REGISTER],
  [`z = ${Array.from({ length: 20 }, () => 'pid').join(' + ')}`, 'valid'],
  ['a[1, 2, 3, 4, 5, "f"] = 1', 'valid'],
  ['a["f", 2, 3, 4, 5, 6] = 1', NO_REGISTER],
  ['a[1, 2, 3, 4, 5, 6] = 1', 'valid'],
  ['a[1, 2, 3, 4, 5, 6, 7] = 1', NO_REGISTER],
  ['a[1, 2, 3, 4, 5, 6, 7]++', 'valid'],
  ['a[1, 2, 3, 4, 5, 6, 7, 8]++', NO_REGISTER],
  ['z = strjoin("a", strjoin("b", strjoin("c", strjoin("d", strjoin("e", "f")))))', 'valid'],
  [
    'z = strjoin("a", strjoin("b", strjoin("c", strjoin("d", strjoin("e", strjoin("f", "g"))))))',
    NO_REGISTER,
  ],
];

describe.each([
  ['0 and NULL where a string or a pointer is wanted', ZERO_IS_NULL],
  ['?: and ,', CHOICES],
  ['an expression as a statement', STATEMENTS],
  ['op= and ++', UPDATES],
  ['[ ] and *', ELEMENTS],
  ['operators and casts', OPERATORS],
  ['formats', FORMATS],
  ['what takes more registers than there are', REGISTERS],
  ['actions', ACTIONS],
])("the compiler's verdict on %s", (_what, rows) => {
  test.each(rows)('%s', async (statements, verdict) => {
    expect(await verdictOf(`BEGIN { ${statements}; }`)).toBe(verdict);
  });
});

describe("the compiler's verdict on a clause", () => {
  const ACTIONS_WANTED = 'expected actions { } following probe description and predicate';
  const MORE_WANTED = 'expected predicate and/or actions following probe description';

  test.each([
    ['BEGIN', MORE_WANTED],
    ['BEGIN { trace(1); } END', MORE_WANTED],
    ['BEGIN, END', MORE_WANTED],
    ['BEGIN /1/', ACTIONS_WANTED],
    ['BEGIN /1/; END { }', ACTIONS_WANTED],
    ['BEGIN /1/ END { }', 'syntax error near "{"'],
    ['BEGIN /1/ { }', 'valid'],
    ['BEGIN { }', 'valid'],
    ['BEGIN /"a"/ { }', 'predicate result must be of scalar type'],
    ['BEGIN /x == 0/ { x = 1; }', 'valid'],
    ['BEGIN /x++ == 0/ { trace(x); }', 'valid'],
    ['BEGIN /x == 0/ { trace(x); }', unknown('x')],
    ['BEGIN /x++ && y == 0/ { trace(x + y++); }', unknown('y')],
    ['inline int LIMIT = 5; BEGIN { z = LIMIT ? 1 : "a"; }', 'valid'],
    ['inline string s[string x] = x; BEGIN { z = s[0]; }', 'valid'],
    [`inline int n[int x] = ${deep(6)} + x; BEGIN { z = n[${deep(6)}]; }`, 'valid'],
    [`inline int n[int x] = pid + x; BEGIN { z = n[${deep(7)}]; }`, NO_REGISTER],
    [`BEGIN /${deep(8)}/ { }`, NO_REGISTER],
    ['inline int n[int x] = x ? 1 : "a"; BEGIN { }', 'operator ?: operands must have compatible types'],
    ['BEGIN { z = a[]; }', 'syntax error near "]"'],
  ])('of a script: %s', async (program, verdict) => {
    expect(await verdictOf(program)).toBe(verdict);
  });

  test.each([
    ['BEGIN', 'valid'],
    ['BEGIN, END', 'valid'],
    ['BEGIN /1/', ACTIONS_WANTED],
  ])('of -n: %s', async (program, verdict) => {
    expect(await verdictOf('', ['-Zn', program])).toBe(verdict);
  });
});

describe('what such programs do', () => {
  test.each([
    ['a choice by a constant', 'trace(1 ? 2 : "a")', '2'],
    ['a string set to 0', 's = "a"; s = 0; trace(s == 0 ? "gone" : "there")', 'gone'],
    ['a comparison with NULL', 's = "a"; trace(s != NULL)', '1'],
    ['an action by a constant', '0 ? printf("a") : printf("b")', 'b'],
    ['print of an integer', 'print((short)10)', 'short 0xa\n'],
    ['print of 0', 'print(0)', 'int 0\n'],
    ['print of a string', 'print("abc")', 'string "abc"\n'],
    ['%C of a byte that is not printable', 'printf("%C%C", 65, 10)', 'A\\n'],
    ['unsigned and signed constants', 'printf("%d %u", -1, -1U)', '-1 4294967295'],
  ])('%s', (_what, statements, output) => {
    const session = startDtrace(virtualMachine(), ['-qn', `BEGIN { ${statements}; }`]);
    expect(session.stderr).toBe('');
    expect(session.stdout).toBe(output);
  });

  test('a pointer that is read as a string faults', () => {
    const machine = virtualMachine();
    const session = startDtrace(machine, ['-qn', 'BEGIN { s = "a"; s = (char *)64; trace(s); }']);
    expect(session.stdout).toBe('');
    expect(session.stderr).toContain('invalid address (0x40)');
  });

  test('setopt changes an option once its record is read', async () => {
    const program =
      'BEGIN { @a["x"] = sum(1); @a["y"] = sum(2); setopt("aggsortrev"); exit(0); } END { printa("%s ", @a); }';
    const session = startDtrace(virtualMachine(), ['-qn', program]);
    expect(await session.settle()).toBe(0);
    expect(session.stdout.trim()).toBe('y x');
  });
});
