import { z } from 'zod';

// A message of these schemas says what is allowed, and nothing else: the reader adds what was found, and where.

/** A schema for one text: what `parse` makes of it, or an error that says what is allowed. */
export function text<T>(
  allowed: string,
  parse: (text: string) => T | undefined,
  empty?: 'may be empty',
): z.ZodType<T> {
  return z.string({ error: allowed }).transform((value, context) => {
    const parsed = value === '' && empty === undefined ? undefined : parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

/** A whole number with both of its bounds allowed. */
export function whole(min: number, max: number): z.ZodType<number> {
  return text(`a whole number from ${min} to ${max}`, (t) => {
    const n = /^\d{1,6}$/.test(t) ? Number(t) : Number.NaN;
    return n >= min && n <= max ? n : undefined;
  });
}

export const trueOrFalse = text('true or false', (t) => ({ true: true, false: false })[t]);

/** The version of a file's format: there is one so far. */
export const wholeVersion = text('1', (t) => (t === '1' ? 1 : undefined));
