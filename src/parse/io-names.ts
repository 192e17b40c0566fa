/** Whether a text is a UUID, as that of a volume. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** A type of IO in one spelling: probes of volumes say `writeunwritten`, those of the guest `write-unwritten`. */
export function ioType(text: string): string {
  const type = text.toLowerCase().replaceAll('_', '-');
  return type === 'writeunwritten' ? 'write-unwritten' : type;
}

/** The type of IO and whether it started or was done, of a probe's name; null where the name says neither. */
export function readProbeName(
  text: string,
): { readonly type: string; readonly phase: 'start' | 'done' } | null {
  const match =
    /^(?:(?:gw|volume|reqwest|submit|os|up-to-ds|ds)-)?([a-z][a-z_-]{0,40})[-_](start|done|end)$/.exec(text);
  if (match?.[1] === undefined) return null;
  return { type: ioType(match[1]), phase: match[2] === 'start' ? 'start' : 'done' };
}
