/** The text of a file, and how it was encoded where that was not UTF-8. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16';
}

/** Bytes that are looked at to tell UTF-16 without a mark. */
const LOOKED_AT = 4096;

/**
 * Decodes UTF-8, and UTF-16 as PowerShell's `>` writes it: with the mark at the beginning, or without one where every
 * other byte is 0, as it is in the ASCII of sleds. What is not text in that encoding becomes U+FFFD.
 */
export function decodedText(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return utf16(bytes, 'utf-16be');
  const start = bytes.subarray(0, LOOKED_AT);
  const [even, odd] = [zerosAt(start, 0), zerosAt(start, 1)];
  // A hole in a file has both.
  if (odd > start.length / 4 && even * 4 < odd) return utf16(bytes, 'utf-16le');
  if (even > start.length / 4 && odd * 4 < even) return utf16(bytes, 'utf-16be');
  return { text: new TextDecoder('utf-8').decode(bytes), encoding: 'UTF-8' };
}

function utf16(bytes: Uint8Array, label: 'utf-16le' | 'utf-16be'): DecodedText {
  return { text: new TextDecoder(label).decode(bytes), encoding: 'UTF-16' };
}

function zerosAt(bytes: Uint8Array, parity: 0 | 1): number {
  return bytes.filter((byte, i) => byte === 0 && i % 2 === parity).length;
}
