import type { Issue } from '../model/issue.ts';
import { quoteLine } from './status-rows.ts';

/** Reports that could not be read, by process and reason: an issue for each, with how often it came. */
export interface UnreadableLog {
  add(zone: unknown, pid: unknown, reason: string): void;
  all(): readonly Issue[];
}

/** Reasons that are said one by one before the rest is only counted: memory is bounded. */
const SAID = 50;

/** What is said of a report without an error of its own in which the states are not. */
export const WITHOUT_STATES = 'it does not have the states of three downstairs';

export function createUnreadableLog(): UnreadableLog {
  const times = new Map<string, number>();
  let more = 0;
  return {
    add(zone, pid, reason) {
      const who =
        typeof zone === 'string' ? ` of ${zone} (PID ${typeof pid === 'number' ? pid : 'unknown'})` : '';
      const message = `a report${who} could not be read: ${quoteLine(reason)}`;
      if (times.has(message) || times.size < SAID) times.set(message, (times.get(message) ?? 0) + 1);
      else more++;
    },
    all() {
      const said = [...times].map(([message, count]) =>
        count === 1 ? message : `${message} (${count} times)`,
      );
      if (more > 0) said.push(`${more} more reports could not be read`);
      return said.map((message) => ({ code: 'unreadable', message }));
    },
  };
}
