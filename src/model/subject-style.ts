/**
 * What stands in the subject of a mail. `news`: the verdict and what is new. `thread`: the same words in every mail of
 * one story, for readers that begin a new conversation when the subject changes.
 */
export const SUBJECT_STYLES = ['news', 'thread'] as const;

export type SubjectStyle = (typeof SUBJECT_STYLES)[number];
