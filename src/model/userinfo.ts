/** A text without what its URLs hold before the `@`: a name, and often a password. */
export function withoutUserinfo(text: string): string {
  // Up to the last @, since a password that was not encoded may hold one.
  return text.replaceAll(/:\/\/.*@/gs, '://(not shown)@');
}
