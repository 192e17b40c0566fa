import type { Rule } from '../conclusion.ts';
import { allActive } from './all-active.ts';
import { connectionFails } from './connection-fails.ts';
import { poolSick } from './pool-sick.ts';
import { refusedThoughOnline } from './refused-though-online.ts';
import { repairAborted } from './repair-aborted.ts';
import { repairing } from './repairing.ts';
import { replaced } from './replaced.ts';
import { sameEnd } from './same-end.ts';
import { serviceRefuses } from './service-refuses.ts';
import { serviceStopped } from './service-stopped.ts';
import { sledSilent } from './sled-silent.ts';
import { threeLost } from './three-lost.ts';

/** Every rule, in the order in which what follows is said: the nearest cause first. A new one is a file and a line. */
export const RULES: readonly Rule[] = [
  allActive,
  threeLost,
  poolSick,
  serviceRefuses,
  serviceStopped,
  refusedThoughOnline,
  connectionFails,
  sledSilent,
  sameEnd,
  replaced,
  repairing,
  repairAborted,
];
