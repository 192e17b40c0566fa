import type { Row } from '../model/column.ts';
import { printable } from '../model/printable.ts';
import { readNamedWords } from '../parse/named-words.ts';

/** What `scripts/doctor.sh` printed: one row a line, its words by name. Other lines are none. */
export function readFacts(stdout: string): readonly Row[] {
  return stdout.split('\n').flatMap((line) => {
    if (!line.startsWith('ask=')) return [];
    const words = readNamedWords(line, 'text');
    if (words === null) return [];
    return [Object.fromEntries([...words].map(([name, value]) => [name, printable(value)]))];
  });
}

/** The words of one question; null where it was not answered. `-` is what the sled could not say. */
export type Fact = (name: string) => string | null;

/** The answer to a question, by a further word where the question is asked of several things. */
export function factOf(facts: readonly Row[], ask: string, of?: string): Fact | null {
  const row = facts.find((each) => each['ask'] === ask && (of === undefined || each['of'] === of));
  if (row === undefined) return null;
  return (name) => {
    const value = row[name];
    return typeof value !== 'string' || value === '-' || value === '' ? null : value;
  };
}
