type Environment = Readonly<Record<string, string | undefined>>;

/** Of a terminal that does not say how wide it is. */
const USUAL_WIDTH = 80;

/** Below it there is no table to speak of, and the terminal wraps lines by itself. */
export const LEAST_WIDTH = 20;

/** More than any terminal has, and few enough to be laid out. */
export const MOST_WIDTH = 10_000;

/** The columns of a terminal: $COLUMNS, else what it says; 0 is that it does not know, and 80 is assumed. */
export function widthOn(columns: number | undefined, { COLUMNS = '' }: Environment): number {
  const named = /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : 0;
  return Math.max(LEAST_WIDTH, named || columns || USUAL_WIDTH);
}

/** Whether the locale writes UTF-8, by the first of the variables that is set (POSIX); null where none is. */
export function localeHasUtf8({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean | null {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return locale === undefined ? null : /utf-?8/i.test(locale);
}
