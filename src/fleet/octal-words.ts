/** A script of sh without the lines that are comments, and without indentation. */
export function withoutComments(script: string): string {
  const lines = script.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
}

const WORD_LENGTH = 900;
const AS_IT_IS = /[A-Za-z0-9_.,:;=+@%^~<>()[\]{}|&?* /-]/;

/** Each byte as it is written: worked out once, since every sled is sent some ten thousand of them. */
const WRITTEN: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return AS_IT_IS.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
});

/**
 * A script as words that `printf %b` turns into it again: octal numbers without a quote, `$`, newline or exclamation mark,
 * so that they stay what they are between single quotes and between double ones, in every shell; and short ones, since
 * csh(1) knows no longer ones.
 */
export function octalWords(script: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  for (const byte of Buffer.from(script)) {
    const part = WRITTEN[byte] ?? '';
    if (word.length + part.length > WORD_LENGTH) {
      words.push(word);
      word = '';
    }
    word += part;
  }
  return [...words, word];
}
