import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, longest first: a processor that waits at the end for a file that began late is lost
 * time. Without the times of an earlier run vitest goes by the size of a file, which says little of a real one.
 */
const LONGEST = [
  'fleet/guard.real',
  'watch-openssh.real',
  'guard-openssh.real',
  'sites-watch.real',
  'sites-schedule.real',
  'faults/faults.real',
  'openssh-questions.real',
  'check-day.real',
  'check-kill.real',
  'impact-story.real',
  'demo.real',
  'openssh-program.real',
  'process.real',
  'gateway-loss.real',
  'cli/serve.real',
  'sites-links.real',
  'rack-tools.real',
  'deadline.real',
  'transport/openssh.real',
  'status-scripts.real',
  'gateway-pipe.real',
  'trust.real',
  'full-disk.real',
  'page-browser.real',
  'cli/ssh-config.real',
  'promtool.real',
  'cli/sites.real',
  'pictures.real',
  'serve/browser.real',
  'odd-terminals.real',
  'run-live.real',
  'cli/check',
  'cli/run',
  'cli/where',
  'check-stories',
  'printed-histograms',
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
