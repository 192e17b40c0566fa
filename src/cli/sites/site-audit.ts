import type { Question } from '../../relay/question.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import type { Surroundings } from '../surroundings.ts';

/** A line of the audit log for a site that was asked. */
export function auditLine(
  { site, state, reason, runner, version }: SiteEnd,
  {
    asker,
    question: { run, probe, settings, selection, only },
    startedAt,
  }: { readonly asker: string; readonly question: Question; readonly startedAt: Date },
  { now, user, hostName }: Surroundings,
): Readonly<Record<string, unknown>> {
  return {
    started_at: startedAt.toISOString(),
    ended_at: now().toISOString(),
    user,
    host: hostName,
    run,
    asker,
    site,
    runner,
    runner_version: version,
    question: { probe, settings, selection, only },
    state,
    reason: reason === '' ? null : reason,
  };
}
