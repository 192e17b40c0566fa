/** A text with placeholders, ready to be filled in for a cubby. */
export interface Template {
  readonly fill: (cubby: number) => string;
  /** Without a placeholder it says the same of every cubby. */
  readonly varies: boolean;
}

/** How a placeholder is written, for error messages and the documentation. */
export const PLACEHOLDERS =
  '{cubby}, {cubby+1}, {cubby:02} (decimal, 2 digits) or {cubby+0x101:x} (hexadecimal)';

const PLACEHOLDER = /^cubby(?:([+-])(0x[0-9a-f]{1,12}|\d{1,12}))?(?::(?:0(\d{1,2}))?(x?))?$/i;

/**
 * Reads `fd00:1122:3344:{cubby+0x101:x}::1`: `cubby`, a number added or taken away (decimal or `0x`), then `:` and
 * how it is shown, `02` for zeros up to two digits and `x` for hexadecimal, or both. Null where a brace is none of it.
 */
export function parseTemplate(text: string): Template | null {
  const parts: ((cubby: number) => string)[] = [];
  for (const [i, part] of text.split(/\{([^{}]*)\}/).entries()) {
    if (i % 2 === 0) {
      if (/[{}]/.test(part)) return null;
      parts.push(() => part);
      continue;
    }
    const match = PLACEHOLDER.exec(part);
    if (match === null || part.endsWith(':')) return null;
    const offset = match[2] === undefined ? 0 : Number(match[2]) * (match[1] === '-' ? -1 : 1);
    const width = Number(match[3] ?? 0);
    const radix = match[4] ? 16 : 10;
    parts.push((cubby) => (cubby + offset).toString(radix).padStart(width, '0'));
  }
  return { fill: (cubby) => parts.map((part) => part(cubby)).join(''), varies: parts.length > 1 };
}
