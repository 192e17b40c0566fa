import type { TimedInParts } from '../kinds/latency-spec.ts';
import type { Clause } from './d-program.ts';

/** Says what kinds of values the tables of an IO in parts hold. */
export const PARTS_DECLARED = ['taken', 'second', 'third'].map(
  (table) => `${table}[0, (int64_t)0] = (uint64_t)0;`,
);

/** The clauses that time IOs in three parts, by job: to `second`, from there to the last `third`, from there to the end. */
export function partClauses(
  timed: readonly TimedInParts[],
  provided: (probe: string) => string,
  wanted: string,
): readonly Clause[] {
  const all = (name: 'taken' | 'second' | 'third' | 'done'): readonly string[] =>
    timed.map((each) => provided(each[name]));
  return [
    {
      probes: all('taken'),
      predicate: wanted,
      body: [
        'this->at = taken[pid, arg0];',
        'taken[pid, arg0] = this->at == 0 ? timestamp : this->at > 1000 ? 2 : this->at + 1;',
        'second[pid, arg0] = 0;',
        'third[pid, arg0] = 0;',
      ],
    },
    {
      probes: all('second'),
      predicate: 'taken[pid, arg0] > 1000 && second[pid, arg0] == 0',
      body: ['second[pid, arg0] = timestamp;'],
    },
    {
      probes: all('third'),
      predicate: 'second[pid, arg0] != 0',
      body: ['third[pid, arg0] = timestamp;'],
    },
    ...timed.map(({ type, done }): Clause => ({
      probes: [provided(done)],
      body: [`this->type = "${type}";`],
    })),
    {
      probes: all('done'),
      body: [
        'this->at = taken[pid, arg0];',
        'this->second = second[pid, arg0];',
        'this->third = third[pid, arg0];',
        'second[pid, arg0] = 0;',
        'third[pid, arg0] = 0;',
      ],
    },
    {
      probes: all('done'),
      predicate: 'this->at > 1000',
      body: ['taken[pid, arg0] = 0;'],
    },
    {
      probes: all('done'),
      predicate: 'this->at > 1000 && this->second != 0',
      body: ['@latency[zonename, pid, this->type, 1] = quantize(this->second - this->at);'],
    },
    {
      probes: all('done'),
      predicate: 'this->at > 1000 && this->third != 0',
      body: [
        '@latency[zonename, pid, this->type, 2] = quantize(this->third - this->second);',
        '@latency[zonename, pid, this->type, 3] = quantize(timestamp - this->third);',
      ],
    },
    {
      probes: all('done'),
      predicate: 'this->at > 0 && this->at <= 1000',
      body: ['@ambiguous[zonename, pid, this->type] = count();', 'taken[pid, arg0] = this->at - 1;'],
    },
  ];
}
