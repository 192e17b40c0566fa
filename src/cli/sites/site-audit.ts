import type { Question } from '../../relay/question.ts';
import type { SiteEnd } from '../../relay/site-end.ts';
import type { Surroundings } from '../surroundings.ts';

/** How a line begins at either end of a question. */
export function auditHead(
  {
    asker,
    site,
    run,
    startedAt,
  }: {
    readonly asker: string;
    readonly site: string;
    readonly run: string | null;
    readonly startedAt: Date;
  },
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
  };
}

export function auditQuestion({ probe, settings, selection, only }: Question): object {
  return { probe, settings, selection, only };
}

/** A line of the audit log for a site that was asked. */
export function auditLine(
  { site, state, reason, runner, version }: SiteEnd,
  {
    asker,
    question,
    startedAt,
  }: { readonly asker: string; readonly question: Question; readonly startedAt: Date },
  surroundings: Surroundings,
): Readonly<Record<string, unknown>> {
  return {
    ...auditHead({ asker, site, run: question.run, startedAt }, surroundings),
    runner,
    runner_version: version,
    question: auditQuestion(question),
    state,
    reason: reason === '' ? null : reason,
  };
}
