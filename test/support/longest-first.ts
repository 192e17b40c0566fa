import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first: a processor that waits at the end for a file that began late is lost
 * time. Without the times of an earlier run vitest goes by the size of a file, which says little of a real one.
 */
const LONGEST = [
  'check-kill.real',
  'check-day.real',
  'demo.real',
  'guard-openssh.real',
  'gateway-pipe.real',
  'transport/openssh.real',
  'rack-tools.real',
  'full-disk.real',
  'trust.real',
  'process.real',
  'openssh-program.real',
  'faults.real',
  'openssh-rack.real',
  'run-openssh.real',
  'check-mails.real',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => place(one) - place(other));
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return at === -1 ? LONGEST.length : at;
}
