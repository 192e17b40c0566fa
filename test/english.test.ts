import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Phrases that a reader has to read twice, each with what to write instead: docs/style.md has the rules. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\bof which\b/i, 'a second sentence'],
  [/\b(?:whereof|whereupon|thereof)\b/, 'a second sentence'],
  [/\bfor want of\b/i, 'columns hidden to fit the terminal; without'],
  [/\bby then\b/i, 'what had arrived'],
  [/\bturn(?:ed|s)? (?:\w+ )?away\b/i, 'refused'],
  [/\bof one's own\b/i, 'your own, its own'],
  [/\bnobody knows\b/i, 'unknown'],
  [/\b(?:has|have|had) not got\b/i, 'no progress for; does not have'],
  [/\b(?:answered|answers|answer|read) in part\b/i, 'partial answer'],
  [/\bnot so any more\b/i, 'resolved: no longer'],
  [/\ba trouble\b/i, 'a problem'],
  [/\bas it stands\b/i, 'as it is'],
  [/\banew\b/i, 'again, new'],
  [/\bso that nobody\b/i, 'so that no'],
  [
    /(?<!\bthere |\bTHERE )\b(?:is|are|was|were) no (?!longer\b|more than\b|less than\b|matter\b|one\b)[a-z]+/i,
    'is not a',
  ],
  [/\bperhaps not\b/i, 'may not'],
  [/\bupon which\b/i, 'a second sentence'],
  [/\bno news are\b|\bnews are\b/i, 'news is'],
  [/\bfrom there on\b/i, 'after that'],
  [/\bhow (?:it|they) (?:is|are), /i, 'its state'],
  [/\bbegins? so\b/, 'begins with this'],
  [/\bpassed over\b/, 'skipped, ignored'],
  [/\b(?:line|row)s? of no\b/, 'a line that is not'],
  [/\blets? (?:us|you|them) in\b/, 'accepts the login'],
  [/\bsays? no error\b/, 'reports no error'],
  [/\b(?:has|have) not (?:the|a|what)\b/, 'does not have'],
  [/\b(?:answer|it) is in part\b|\bonly in part\b/, 'partial'],
  [/\bnow grow and now\b/, 'grow and fall'],
  [/\bbe others\b/, 'differ, be wrong'],
  [/\bpicture is not whole\b/, 'the answer is incomplete'],
  [/\bof no use here\b|\bno use for it\b/, 'has no effect; does not apply'],
  [/\bseen whole\b/, 'answered in full'],
  [/\bthat nobody sees\b|\bseen by nobody\b/, 'invisible'],
];

/** Where our own sentences stand: sources, scripts, documents; not fixtures, and not what released versions wrote. */
function writtenFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => /^(?:src|scripts|bin|docs)\/|^[A-Z]+\.md$|^inventory\.example\.yaml$/.test(path))
    .filter((path) => /\.(?:ts|sh|d|md|yaml|js|json)$/.test(path) && !UNTOUCHED.has(path));
}

/** Hold the forbidden phrases themselves, or what earlier versions printed. */
const UNTOUCHED = new Set(['docs/style.md', 'CHANGELOG.md', 'src/pasted/fleet-summary.ts']);

function offences(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) =>
    FORBIDDEN.filter(([phrase]) => phrase.test(line)).map(
      ([phrase, instead]) => `${path}:${index + 1}: "${phrase.exec(line)?.[0]}" (write: ${instead})`,
    ),
  );
}

describe('what we write', () => {
  it('holds no phrase that has to be read twice', () => {
    const files = writtenFiles();
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap(offences)).toEqual([]);
  });

  it.each([
    '5 upstairs, of which 2 are ill',
    'this is no address',
    'the sled turned us away',
    'the answer is in part',
  ])('finds the phrase in %j', (sentence) => {
    expect(FORBIDDEN.some(([phrase]) => phrase.test(sentence))).toBe(true);
  });
});
