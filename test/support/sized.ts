/** `npm run test:long`: what needs size or real time has all of it. In `npm test` it has a sample, seconds long. */
export const isLong = (process.env['LONG'] ?? '') !== '';

/** How much is tried of something that gets better with more. */
export const sized = (sample: number, whole: number): number => (isLong ? whole : sample);

/** Settings of a property: so many runs, the same ones each time in the sample. */
export const runs = (sample: number, whole: number): { readonly numRuns: number; readonly seed?: number } =>
  isLong ? { numRuns: whole } : { numRuns: sample, seed: 20_260_804 };
