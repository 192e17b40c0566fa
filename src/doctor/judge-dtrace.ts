import type { Row } from '../model/column.ts';
import { NO_PROBES, PRIVILEGES } from '../model/no-probes.ts';
import { countOf, found, well, type Judged } from './judged.ts';
import { factOf, type Fact } from './sled-facts.ts';

/** Whether the login may trace, and by whose privileges. */
export function judgeDtrace(dtrace: Fact | null, login: Fact | null): Judged {
  if (dtrace === null) return null;
  const pfexec = login?.('pfexec') ?? null;
  const isRoot = login?.('uid') === '0';
  const how = isRoot ? 'as root' : pfexec === '0' ? 'as root, by pfexec' : 'by its own privileges';
  const details = pfexec === null || pfexec === 'no' ? 'no pfexec there' : `pfexec gives user ${pfexec}`;
  const text = dtrace('text');
  switch (dtrace('state')) {
    case 'works':
      return well(`works, ${how}`, details);
    case 'missing':
      return found('failed', 'there is no dtrace', {
        details,
        remedy: 'log in to the global zone of an illumos sled',
      });
    default:
      return found('failed', text ?? 'it traced nothing, and said nothing', {
        details,
        ...(text?.includes('device not available') === true
          ? { remedy: 'log in to the global zone of the sled: there is no dtrace device in others' }
          : {}),
      });
  }
}

/** Whether the probes of the processes that run are seen: a login that lacks a privilege sees none, and hears of no error. */
export function judgeProbes(facts: readonly Row[]): Judged {
  const dtrace = factOf(facts, 'dtrace');
  const processes = factOf(facts, 'crucible');
  const upstairs = countOf(factOf(facts, 'probes', 'upstairs'), 'visible');
  const downstairs = countOf(factOf(facts, 'probes', 'downstairs'), 'visible');
  if (dtrace !== null && dtrace('state') !== 'works') {
    return found('not_tried', 'not tried: dtrace failed');
  }
  if (upstairs === null || downstairs === null) return null;
  const propolis = countOf(processes, 'propolis');
  const pantry = countOf(processes, 'pantry');
  const of = countOf(processes, 'downstairs');
  const seen = `of ${upstairs} upstairs and ${downstairs} downstairs processes`;
  if (propolis === null || pantry === null || of === null) {
    return found('notice', `${seen}; how many processes run is not known`);
  }
  const all = propolis + pantry + of;
  if (all === 0) return well('none, and no process that has any');
  // Without the privileges nothing is refused: the probes are not shown.
  if (upstairs + downstairs === 0)
    return found('failed', NO_PROBES, { details: `${all} processes of Crucible run` });
  const details = `${seen}; ${propolis + pantry} upstairs and ${of} downstairs processes run`;
  if (upstairs < propolis + pantry || downstairs < of) {
    return found('notice', `not of every process: one may have none yet, or ${PRIVILEGES} are needed`, {
      details,
    });
  }
  return well('of every process', details);
}

/** Which of Crucible's processes run. */
export function judgeCrucible(processes: Fact | null): Judged {
  if (processes === null) return null;
  const [propolis, pantry, downstairs] = ['propolis', 'pantry', 'downstairs'].map((name) =>
    countOf(processes, name),
  );
  if (propolis === null || propolis === undefined) {
    return found('failed', `the processes cannot be listed: ${processes('text') ?? 'ps said nothing'}`);
  }
  const details = `${propolis} propolis, ${pantry} pantry, ${downstairs} downstairs`;
  if (propolis + (pantry ?? 0) + (downstairs ?? 0) === 0)
    return found('notice', 'no process of Crucible runs', { details });
  return well('runs', details);
}
