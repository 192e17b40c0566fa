/** Texts of about so many characters on which a careless reader takes minutes, by what they are. */
export function hostileTexts(size: number): Readonly<Record<string, string>> {
  const line = (text: string): string => text.repeat(Math.ceil(size / text.length));
  const lines = (make: (i: number) => string): string => {
    const parts: string[] = [];
    for (let i = 0, length = 0; length < size; i++) {
      const each = `${make(i)}\n`;
      parts.push(each);
      length += each.length;
    }
    return parts.join('');
  };
  return {
    'lines of one letter': lines(() => 'a'),
    'blank lines': lines(() => ''),
    'lines of two words': lines(() => '1 2'),
    'headings without end': lines((i) => `PID A${i % 7} B`),
    'headings that all differ': lines((i) => `PID A${i} B`),
    'rows under headings': `PID F> F<\n${lines((i) => `${i} 1 2`)}`,
    'rows of one session that changes': `PID SESSION DS0 DS1 DS2 NEXTJOB\n${lines((i) => `7 c0b92059 ACT ACT ${i % 2 === 0 ? 'FLT' : 'ACT'} ${i}`)}`,
    'sorted rows of one session': lines((i) => `oxz_a 7 c0b92059 ACT ACT S${'_'.repeat(i % 500)}`),
    'rows of many sessions': lines((i) => `oxz_a ${i} c0b92059 ACT ACT ACT`),
    'drops that differ': lines((i) => `dtrace: ${i} drops on CPU 3`),
    'faults that differ': lines((i) => `dtrace: error on enabled probe ID ${i}: invalid address`),
    prompts: lines((i) => `root@BRM${String(i).padStart(8, '0')}:~# ls`),
    'headings of sleds': lines(
      (i) => ` ${i % 32}  BRM${String(i).padStart(8, '0')}  ok: oxz_a 7 ACT ACT ACT`,
    ),
    'names before lines': lines((i) => `sled${i}: oxz_a 7 ACT ACT ACT`),
    dashes: lines(() => '-----'),
    'files of tail': lines((i) => `==> ${i} <==`),
    'objects that do not end': lines(() => '{'),
    'lists that do not end': lines(() => '['),
    'fields that do not end': lines(() => '{"a":'),
    records: lines((i) => `{"pid":${i},"status":{"up_count":1,"ds_state":["Active","Active","Active"]}}`),
    brackets: line('['),
    braces: line('{"a":'),
    quotes: line('"'),
    backslashes: `{"a":"${line('\\')}`,
    blanks: line(' '),
    tabs: line('\t'),
    'a word': line('x'),
    digits: line('1'),
    capitals: line('A '),
    zones: line('oxz_a '),
    'at signs': line('a@'),
    'at signs and blanks': line('a@ '),
    'mail quotes': line('>'),
    'mail quotes and blanks': line('> '),
    backticks: line('`'),
    'prompt characters': line('# $ '),
    colons: line('a: '),
    notes: `oxz_a 7 ACT ACT ACT ${line('was=a,')}`,
    escapes: line('\u001B['),
    'strings of a terminal': line('\u001B]'),
    'steps back': line('a\b'),
    jumps: line('\u001B[9999Cx\u001B[1G'),
    'carriage returns': line('a\r'),
    sparklines: `PID SESSION DS0 DS1 DS2 NEXTJOB\n${line('▆')}`,
  };
}
