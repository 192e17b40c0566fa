/** What a value of a file means, or what is wrong with it. */
export type Fit<T> =
  | { readonly fits: true; readonly value: T }
  | { readonly fits: false; readonly misfits: readonly Misfit[] };

/** What is allowed, and nothing else: the reader adds what was found, and where. */
export interface Misfit {
  readonly allowed: string;
  /** Which element of a list does not fit; null where it is the whole value. */
  readonly index: number | null;
}

/** What one text of a file may be, or a list of texts. */
export interface TextSchema<T> {
  readonly fit: (value: TextValue) => Fit<T>;
}

/** A text, a list of texts, and null for anything else there or in the list. */
export type TextValue = string | readonly (string | null)[] | null;

/** A schema for one text: what `parse` makes of it, or that it does not fit. */
export function text<T>(
  allowed: string,
  parse: (text: string) => T | undefined,
  empty?: 'may be empty',
): TextSchema<T> {
  return {
    fit: (value) => {
      const isText = typeof value === 'string' && (value !== '' || empty !== undefined);
      const parsed = isText ? parse(value) : undefined;
      return parsed === undefined
        ? { fits: false, misfits: [{ allowed, index: null }] }
        : { fits: true, value: parsed };
    },
  };
}

/** A schema for a list, each of whose texts fits; one text alone needs no list. */
export function listOf<T>(
  each: TextSchema<T>,
  allowed: string,
  empty?: 'may be empty',
): TextSchema<readonly T[]> {
  return {
    fit: (value) => {
      const list = typeof value === 'string' ? [value] : value;
      if (list === null || (list.length === 0 && empty === undefined)) {
        return { fits: false, misfits: [{ allowed, index: null }] };
      }
      const fits = list.map((element) => each.fit(element));
      const misfits = fits.flatMap((fit, index) =>
        fit.fits ? [] : fit.misfits.map((misfit) => ({ ...misfit, index })),
      );
      if (misfits.length > 0) return { fits: false, misfits };
      return { fits: true, value: fits.flatMap((fit) => (fit.fits ? [fit.value] : [])) };
    },
  };
}

/** A whole number with both of its bounds allowed. */
export function whole(min: number, max: number): TextSchema<number> {
  return text(`a whole number from ${min} to ${max}`, (t) => {
    const n = /^\d{1,6}$/.test(t) ? Number(t) : Number.NaN;
    return n >= min && n <= max ? n : undefined;
  });
}

export const trueOrFalse = text('true or false', (t) => ({ true: true, false: false })[t]);

/** The version of a file's format: there is one so far. */
export const wholeVersion = text('1', (t) => (t === '1' ? 1 : undefined));
