/** What public issues say of a pattern. Only what their threads say; docs/place.md has the same table. */
export const PATTERNS = {
  three_lost: {
    when: 'all three downstairs are faulted',
    known: 'Crucible does not recover by itself from three faulted downstairs',
    issues: ['crucible #1556'],
  },
  offline_replaced: {
    when: 'a downstairs that was replaced is offline',
    known: 'a replacement of an offline downstairs may not start its live repair',
    issues: ['crucible #1955'],
  },
  repair_again: {
    when: 'a live repair was aborted more than once',
    known: 'live repairs that begin again and again, or do not end, have been seen',
    issues: ['crucible #837', 'crucible #845', 'crucible #968', 'crucible #1921', 'crucible #1922'],
  },
} as const;

export type PatternName = keyof typeof PATTERNS;
