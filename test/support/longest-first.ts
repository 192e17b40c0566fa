import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first: a processor that waits at the end for a file that began late is lost
 * time. Without the times of an earlier run vitest goes by the size of a file, which says little of a real one.
 */
const LONGEST = [
  'check-kill.real',
  'demo.real',
  'impact-story.real',
  'guard-openssh.real',
  'check-day.real',
  'transport/openssh.real',
  'status-scripts.real',
  'fleet/guard.real',
  'rack-tools.real',
  'process.real',
  'check-mails.real',
  'page-browser.real',
  'faults/faults.real',
  'sites-schedule.real',
  'trust.real',
  'sites-watch.real',
  'gateway-pipe.real',
  'watch-openssh.real',
  'openssh-program.real',
  'full-disk.real',
  'openssh-questions.real',
  'cli/ssh-config.real',
  'flood.real',
  'gateway-loss.real',
  'cli/sites.real',
  'cli/serve.real',
  'doctor.real',
  'configured.real',
  'run-d.real',
  'openssh-rack.real',
  'completion.real',
  'sites-links.real',
  'without-proc.real',
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
