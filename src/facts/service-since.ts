/** Since when a service is in its state, as svcs(1) prints it: `02:11:03` of the last day, else `Aug_04`, which reads `Aug 04`. */
export function sinceWords(stime: string): string {
  return stime.replaceAll('_', ' ');
}
