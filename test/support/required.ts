/**
 * Null where what tests need is there, else the reason to skip them, for their name. On a machine of a CI it throws:
 * there a suite that is skipped for ever is no test.
 */
export function required(isThere: boolean, reason: string): string | null {
  if (isThere) return null;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(reason);
  return reason;
}
