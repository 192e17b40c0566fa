/** Whether every character is ASCII, so that text and bytes are the same. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return false;
  }
  return true;
}

/** A text as a string of bytes (one character a byte, of UTF-8): D's strings are bytes, and are cut as bytes. */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of a string of bytes. Bytes that are not UTF-8 (a character that was cut) become U+FFFD. */
export function fromBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}
