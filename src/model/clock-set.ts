/** Before this program was: a clock that shows it was not set yet. */
const NOT_SET = Date.parse('2020-01-01T00:00:00Z');

/** Whether a clock that shows this time (milliseconds since the epoch) was ever set: times and ages by it mean something. */
export function isClockSet(ms: number): boolean {
  return ms >= NOT_SET;
}

/** `1970-01-01`: what a clock shows, to the day. */
export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
