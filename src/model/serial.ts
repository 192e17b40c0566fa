/** How Oxide writes serials: `BRM42220036` of a Gimlet, `2F8JEXDK` of a Cosmo. A sled is called by its own. */
const SERIAL = /^(?:[A-Z]{2,3}\d{5,}[A-Z0-9]*|(?=.*[A-Z])\d[A-Z0-9]{7})$/;

/** Whether a host name can be a serial; any other name does not tell which sled it is. */
export function looksLikeSerial(text: string): boolean {
  return SERIAL.test(text);
}

/**
 * The serial by which a host calls itself where the inventory has another one; null where they agree, and where one of
 * them does not tell.
 */
export function otherSerial(hostName: string | null | undefined, serial: string | null): string | null {
  if (hostName === null || hostName === undefined || serial === null) return null;
  const isOther = looksLikeSerial(hostName) && looksLikeSerial(serial) && hostName !== serial;
  return isOther ? hostName : null;
}
