import { describe, expect, test } from 'vitest';
import { runQuietly } from './virtual-machine.ts';

/** What one printf prints. */
function printed(args: string): string {
  const { stdout, stderr } = runQuietly(`BEGIN { printf(${args}); }`);
  expect(stderr).toBe('');
  return stdout.slice(0, -2);
}

describe('printf', () => {
  test.each([
    ['"%d", 42', '42'],
    ['"%5d|", 42', '   42|'],
    ['"%-5d|", 42', '42   |'],
    ['"%05d", 42', '00042'],
    ['"%05d", -42', '-0042'],
    ['"%+d % d", 1, 2', '+1  2'],
    ['"%.3d", 7', '007'],
    ['"%u", -1', '4294967295'],
    ['"%u", (int64_t)-1', '18446744073709551615'],
    ['"%d", (uint32_t)-1', '4294967295'],
    ['"%x %X %o", 255, 255, 8', 'ff FF 10'],
    ['"%#x %#o", 255, 8', '0xff 010'],
    ['"%p", 255', 'ff'],
    ['"%c%c", 65, \'b\'', 'Ab'],
    ['"%s", "text"', 'text'],
    ['"%8s|%-8s|", "a", "b"', '       a|b       |'],
    ['"%.2s", "abcdef"', 'ab'],
    ['"%2s", "wider"', 'wider'],
    ['"%*d|%-*d|", 4, 1, 3, 2', '   1|2  |'],
    ['"%.*s", 2, "abcdef"', 'ab'],
    ['"%S", "a\\tb"', String.raw`a\tb`],
    ['"100%%"', '100%'],
    ['"%ld", (int64_t)5', '5'],
    ['"%Y", walltimestamp', '2026 Aug  4 12:09:34'],
    ['"%a", 255', '0xff'],
    ['"%s", "ünï"', 'ünï'],
    ['"tab\\tquote\\"backslash\\\\"', 'tab\tquote"backslash\\'],
    ['"%d %d %d", 0x1f, 010, \'A\'', '31 8 65'],
    ['"%d", 1 ? 2 : 3', '2'],
    ['"%d", -7 / 2', '-3'],
    ['"%d", -7 % 3', '-1'],
    ['"%d", 1 << 4 | 1', '17'],
    ['"%d", ~0', '-1'],
    ['"%d", !5 + !0', '1'],
    ['"%d", 6 ^ 3', '5'],
    ['"%d", (char)300', '44'],
    ['"%d", (uint8_t)-1', '255'],
    ['"%d", 2 + 3 * 4 - 1', '13'],
    ['"%d", "abc" < "abd" && "b" > "a"', '1'],
    ['"%d", "" == NULL', '1'],
    ['"%d", 1 ^^ 1', '0'],
    ['"%s", substr("abcdef", 2)', 'cdef'],
    ['"%s", substr("abcdef", -2)', 'ef'],
    ['"%s", substr("abcdef", 1, 2)', 'bc'],
    ['"[%s]", substr("abc", 9)', '[]'],
    ['"%s", strjoin("a", strjoin("-", "b"))', 'a-b'],
    ['"%d", strtoll("  12x")', '12'],
    ['"%d", strlen("hello")', '5'],
    ['"%s", strchr("a-b-c", \'-\')', '-b-c'],
    ['"%s", strrchr("a-b-c", \'-\')', '-c'],
    ['"%s", strstr("hello", "ll")', 'llo'],
    ['"%d %d", index("abcabc", "c"), rindex("abcabc", "c")', '2 5'],
    ['"%d", index("abc", "x")', '-1'],
    ['"%s %s", basename("/a/b.c"), dirname("/a/b.c")', 'b.c /a'],
    ['"%s%s", toupper("aé"), tolower("XY")', 'Aéxy'],
    ['"%s %s", lltostr(-12), lltostr(255, 16)', '-12 0xff'],
    ['"%d", sizeof(int) + sizeof(uint64_t)', '12'],
  ])('%s', (args, expected) => {
    expect(printed(args)).toBe(expected);
  });

  test('a subtraction and a quotient with an unsigned operand are unsigned', () => {
    expect(printed('"%d", ((uint64_t)5 - 10) / (int64_t)1 > 0')).toBe('1');
    expect(printed('"%d", ((int64_t)5 - 10) / (int64_t)1 > 0')).toBe('0');
  });

  test('strtok takes runs of separators as one and goes on in the next clause of the firing', () => {
    const { stdout } = runQuietly(
      `BEGIN { this->a = strtok("gw--write-done", "-"); printf("%s ", this->a); }
       BEGIN { this->b = strtok(NULL, "-"); this->c = strtok(NULL, "-"); this->d = strtok(NULL, "-");
               printf("%s %s %d", this->b, this->c, this->d == NULL); }`,
    );
    expect(stdout).toBe('gw write done 1\n\n');
  });
});

describe('strsize', () => {
  test('cuts strings as bytes, in copyinstr and in variables', () => {
    const { stdout } = runQuietly(
      `#pragma D option strsize=8
       crucible_upstairs*:::up-status { this->a = copyinstr(arg0); printf("[%s]", this->a); x = "123456789"; printf("[%s]", x); }`,
      (machine) => machine.fire(101, 'up-status', ['ééééé']),
    );
    expect(stdout).toBe('[ééé\uFFFD][1234567]\n\n');
  });

  test('a join that does not fit is out of scratch space', () => {
    const { stderr } = runQuietly(
      '#pragma D option strsize=8\nBEGIN { printf("%s", strjoin("12345", "67890")); }',
    );
    expect(stderr).toMatch(/out of scratch space in action #1 at DIF offset \d+\n$/);
  });
});
