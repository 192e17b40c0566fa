import type { DType, IntType } from './types.ts';
import { shown } from './types.ts';

const WIDTHS = { 1: 3, 2: 5, 4: 8, 8: 16 } as const;

/** An integer in the default columns of printa and trace: a blank, then 16, 8, 5 or 3 columns by its size. */
export function integerColumn(value: bigint, type: IntType): string {
  return ` ${String(shown(value, columnType(type))).padStart(WIDTHS[type.size])}`;
}

/** Integers of 8 and 4 bytes are printed signed there, smaller ones unsigned, whatever their type says. */
function columnType(type: IntType): IntType {
  return { ...type, signed: type.size >= 4 };
}

/** What `trace(x)` prints. */
export function traceText(
  value: bigint | string,
  type: DType,
  options: { readonly quiet: boolean; readonly rawbytes: boolean; readonly strsize: number },
): string {
  if (typeof value === 'string') return textColumn(value, 33, options);
  const integer: IntType = type.kind === 'int' ? type : { kind: 'int', name: '', size: 8, signed: true };
  return options.quiet ? String(shown(value, columnType(integer))) : integerColumn(value, integer);
}

/**
 * A text in the default columns: two blanks and the text, left-justified; bare in quiet mode. A text that is empty
 * or holds a byte which is neither printable nor white space is dumped as bytes, as libdtrace does.
 */
export function textColumn(
  text: string,
  width: number,
  options: { readonly quiet: boolean; readonly rawbytes: boolean; readonly strsize: number },
): string {
  if (options.rawbytes || text === '' || !isPrintable(text)) return dump(text, options.strsize);
  return options.quiet ? text : `  ${text.padEnd(width)}`;
}

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // The bell and the backspace count as printable, as all white space does.
    if (!(code >= 0x07 && code <= 0x0d) && !(code >= 0x20 && code <= 0x7e)) return false;
  }
  return true;
}

function dump(text: string, size: number): string {
  const bytes = Buffer.alloc(size);
  bytes.write(text, 'latin1');
  const digits = Array.from({ length: 16 }, (_, i) => `  ${i.toString(16)}`).join('');
  let out = `\n${' '.repeat(5)}      ${digits}  0123456789abcdef\n`;
  for (let at = 0; at < size; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((b) => ` ${b.toString(16).padStart(2, '0')}`).join('');
    const plain = row.map((b) => (b >= 0x20 && b <= 0x7e ? String.fromCharCode(b) : '.')).join('');
    out += `${' '.repeat(5)}${at.toString(16).padStart(5)}:${hex.padEnd(48)}  ${plain}\n`;
  }
  return out;
}
