import { shellWord } from '../../src/model/shell-word.ts';

/** The line of sh by which a stand-in prints a text, without the process that `cat` would be. */
export const printing = (text: string): string => `printf '%s\\n' ${shellWord(text)}`;
