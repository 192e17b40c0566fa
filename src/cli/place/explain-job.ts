import { readBundle } from '../../fleet/bundle.ts';
import { scriptCommand } from '../../fleet/upload.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';

/** A client that is refused tries every ten seconds, one that hears nothing every twenty. */
export const TRACE_SECONDS = 25;
/** Two scripts of this kind beside each other on a sled at most. */
const LOCK = { name: 'explain', room: 2 } as const;

/** What one sled is asked of some upstairs. */
export interface SledQuestion {
  /** Services whose last log lines are asked for: `ZONE/REGION`. */
  readonly logs: readonly string[];
  /** Processes of VMs whose messages about connections are listened to. */
  readonly pids: readonly number[];
}

/** Asks sleds, by their ids, for logs and traces; its text is what `scripts/explain.sh` printed. */
export async function explainJob(
  scriptsFolder: string,
  questions: ReadonlyMap<string, SledQuestion>,
): Promise<Job> {
  const bundle = await readBundle(scriptsFolder, ['explain.sh', 'run-d.sh', 'slog.d']);
  const sent = (words: readonly string[]): Pick<Job, 'what' | 'payload'> => ({
    what: ['explain.sh', ...words].join(' '),
    payload: { script: scriptCommand(bundle, 'explain.sh', words), isCounted: true, lock: LOCK },
  });
  return {
    ...sent([String(TRACE_SECONDS)]),
    bundle,
    onSled: ({ id }) => sent(wordsFor(questions.get(id))),
    mayRepeat: true,
    notByTool: 'nothing would end it there',
    read: ({ stdout, stderr, exitStatus }) => {
      if (!stdout.startsWith('explain\n')) {
        const message = `what it printed is not of explain.sh (status ${exitStatus})`;
        return {
          status: 'failure',
          error: new FleetError('exit_status', message, { partial: { stdout, stderr } }),
        };
      }
      const [problem] = stderr.split('\n').filter((line) => line.startsWith('dtrace: '));
      return {
        status: 'answer',
        rows: [],
        issues: problem === undefined ? [] : [{ code: 'warning', message: problem }],
        text: stdout,
      };
    },
  };
}

function wordsFor(question: SledQuestion | undefined): readonly string[] {
  const logs = (question?.logs ?? []).filter((word) => /^[\w.-]+\/[0-9a-f-]{36}$/.test(word));
  return [String(TRACE_SECONDS), ...logs, ...(question?.pids ?? []).map(String)];
}
