import type { Health } from '../model/health.ts';
import { roleOf } from '../model/health.ts';
import type { Symptom } from './rule.ts';
import type { Scene, MovedUpstairs } from './scene.ts';
import { DOWNSTAIRS, type Downstairs } from './subject.ts';
import { sightOf, subjectOf } from './upstairs.ts';

/** An upstairs that reports. */
type Reporting<U> = U & { readonly states: NonNullable<MovedUpstairs['states']> };

/** A symptom for each downstairs with something to say, of an upstairs that reports. */
export function eachDownstairs<F extends string, C extends string, M extends string>(
  scene: Scene<F, C, M>,
  say: (
    upstairs: Reporting<MovedUpstairs<F, C>>,
    downstairs: Downstairs,
  ) => string | { readonly message: string; readonly since: number } | null,
): readonly Symptom[] {
  return scene.upstairs.filter(isReporting).flatMap((upstairs) =>
    DOWNSTAIRS.flatMap((downstairs): readonly Symptom[] => {
      const said = say(upstairs, downstairs);
      if (said === null) return [];
      const sight =
        typeof said === 'string' ? sightOf(upstairs, said) : sightOf(upstairs, said.message, said.since);
      return [{ subject: subjectOf(upstairs, downstairs), sight }];
    }),
  );
}

function isReporting<U extends Pick<MovedUpstairs, 'states'>>(upstairs: U): upstairs is Reporting<U> {
  return upstairs.states !== null;
}

/** The downstairs that are lost to an upstairs of this health. */
export function lostDownstairs(scene: Scene<never, never, never>, health: Health): readonly Symptom[] {
  return eachDownstairs(scene, (upstairs, downstairs) => {
    const state = upstairs.states[downstairs];
    const isLost = upstairs.health === health && roleOf(state) === 'lost';
    return isLost ? `downstairs ${downstairs} is ${state}` : null;
  });
}
