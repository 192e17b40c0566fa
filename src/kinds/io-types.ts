/** Types of IO of a guest. */
export const GUEST_IO = ['read', 'write', 'write-unwritten', 'flush', 'barrier'] as const;

/** Those of volumes and of a downstairs that have an end: no probe says when a barrier is done there. */
export const DATA_IO = ['read', 'write', 'write-unwritten', 'flush'] as const;

/** A type of IO in the names of probes that are not the guest's. */
export function joinedWord(type: string): string {
  return type === 'write-unwritten' ? 'writeunwritten' : type;
}

/** What the end of a guest's write is, and is not, in the probes of the upstairs; scripts and help say it. */
export const WRITES_OF_THE_GUEST =
  'A write is answered to the guest before it is queued. For these probes it ends when two of the three ' +
  'downstairs have it. When a downstairs is given up, each queued write that the two others have ends once more, so ' +
  'more may end than began.';
