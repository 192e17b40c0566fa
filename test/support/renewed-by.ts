/** What a test says, beside the difference, of a file that is not what the program makes now: what writes it. */
export function renewedBy(tests: string): string {
  return `if the difference is meant, npx vitest run ${tests} -u writes it`;
}
