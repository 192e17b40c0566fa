/** Why a key in PuTTY's own format does not log in, and what to do. */
export function puttyProblem(path: string): string {
  const advice = `convert it with: puttygen ${path} -O private-openssh-new -o NEW_FILE`;
  return `${path} is a key in PuTTY's own format, which cannot be used; ${advice}`;
}

/** An agent that is locked says that it holds nothing. */
export function emptyAgentProblem(socket: string): string {
  return `the ssh agent at ${socket}, which holds no key or is locked (ssh-add -X unlocks it)`;
}
