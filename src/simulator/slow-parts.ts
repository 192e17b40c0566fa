/** A part of the simulation whose IO takes several times as long: a sled, a process of it, or one client of that. */
export interface SlowPart {
  /** Id, serial or `rack/cubby`. */
  readonly sled: string;
  readonly pid: number | null;
  readonly client: number | null;
  readonly times: number;
}

/** How many times as long steps of a process take, or of one client of it, by the slow parts of its sled. */
export function slownessBy(parts: readonly SlowPart[]): (pid: number, client: number | null) => number {
  return (pid, client) =>
    parts
      .filter((part) => part.pid === null || part.pid === pid)
      .filter((part) => part.client === null || part.client === client)
      .reduce((product, { times }) => product * times, 1);
}

/** Throws for a part that its sled does not have, and says what it has. */
export function requireParts(parts: readonly SlowPart[], sledOf: (name: string) => SledProcesses): void {
  for (const { sled, pid, client } of parts) {
    const processes = sledOf(sled)
      .crucible.processes()
      .filter(({ provider }) => provider !== null);
    const process = processes.find((candidate) => candidate.pid === pid);
    if (pid !== null && process === undefined) {
      const there = processes.map((candidate) => candidate.pid).join(', ');
      throw new RangeError(`no process ${pid} of Crucible on ${sled}; there are ${there || 'none'}`);
    }
    if (client !== null && process?.sessions.length === 0)
      throw new RangeError(`process ${pid} on ${sled} is a downstairs, which has no clients`);
  }
}

interface SledProcesses {
  readonly crucible: {
    processes(): readonly {
      readonly pid: number;
      readonly provider: string | null;
      readonly sessions: readonly unknown[];
    }[];
  };
}
