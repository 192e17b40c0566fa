import { sessionHealth } from '../model/health.ts';
import { markup, type Markup } from './markup.ts';
import { stateMark, type Sign } from './sign.ts';

/** The state of a downstairs; marked where it is not active, in the color of what it means in a session of that health. */
export function downstairsMark(state: string, whole: unknown): Markup {
  return state === 'active' ? markup`${state}` : stateMark(signOf(state, whole), state);
}

/** Of what it would make of a session whose others are well; one that is lost is red. */
function signOf(state: string, whole: unknown): Sign {
  if (whole === 'inactive') return 'inactive';
  const health = sessionHealth([state, 'active', 'active']);
  return health === 'degraded' ? 'critical' : health;
}
