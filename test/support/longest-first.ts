import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first: a processor that waits at the end for a file that began late is lost
 * time. Without the times of an earlier run vitest goes by the size of a file, which says little of a real one.
 */
const LONGEST = [
  'guard-openssh.real',
  'demo.real',
  'check-kill.real',
  'transport/openssh.real',
  'check-day.real',
  'impact-story.real',
  'gateway-pipe.real',
  'status-scripts.real',
  'run-d.real',
  'openssh-program.real',
  'check-mails.real',
  'watch.real',
  'page-browser.real',
  'doctor.real',
  'faults.real',
  'rack-tools.real',
  'process.real',
  'trust.real',
  'fleet/guard.real',
  'cli/ssh-config.real',
  'configured.real',
  'watch-openssh.real',
  'gateway-loss.real',
  'openssh-rack.real',
  'explain-truth.real',
  'flood.real',
  'full-disk.real',
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
