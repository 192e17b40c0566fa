import type { IncidentSeverity } from '../model/level.ts';
import type { MovedUpstairs, Scene } from './scene.ts';
import type { Downstairs, Sight, Subject } from './subject.ts';
import { boundsText, fits, LONGEST_MS, type Threshold } from './threshold.ts';

/** One thing that is wrong, as a rule finds it in a scene. */
export interface Symptom {
  readonly subject: Subject;
  readonly sight: Sight;
  /** It may well be as it should be, which nobody can tell: it is listed, and nobody is warned of it. */
  readonly isListed?: true;
}

/** Keys that every rule has in the configuration, so that no threshold can be called so. */
type EveryKey = 'on' | 'severity' | 'for';

/** A rule of `check` as its author writes it: all that there is to know of it. */
interface RuleDeclaration<
  Name extends string,
  Key extends string,
  Field extends string,
  Compared extends string,
  Mark extends string,
> {
  readonly name: Name;
  /** Rules of one family are stages of one trouble: they share an incident, which gets worse or better. */
  readonly family?: string;
  readonly severity: IncidentSeverity;
  /** How long it must be seen before an incident opens, in milliseconds; 0 is at once. */
  readonly forMs: number;
  /** The numbers that it compares with, by their keys in the configuration. */
  readonly thresholds: Readonly<Record<Key, Threshold>> & Readonly<Partial<Record<EveryKey, never>>>;
  /** One line for help. */
  readonly summary: string;
  /** What stands behind a number in a headline, for one and for several. */
  readonly counted: readonly [one: string, many: string];
  /** What to do first: a sentence or two for somebody who was asleep. */
  readonly nextStep: string;
  /** Whether the states of one moment show it. If not, a table of what is degraded leaves it out. */
  readonly isInStates: boolean;
  /** It is about some of the three downstairs, whose sleds are mostly not that of the VM. */
  readonly isAboutDownstairs?: true;
  /** How many sleds answered says it already, where a headline has more to say. */
  readonly saidByCoverage?: true;
  /** No single sled can see it: it is over only when every sled of its rack was asked and answered in full. */
  readonly acrossSleds?: true;
  /** It sees what happened since the last run, not how something is: that is told once, at once, and has no end. */
  readonly isEvent?: true;
  /** The columns of a row that it reads, beyond who it is, its states and its health. */
  readonly reads?: readonly Field[];
  /** Those that it compares with the last run: they are kept. */
  readonly compares?: readonly Compared[];
  /** Texts that change as something makes progress, by name; null where nothing is under way. Since when is kept. */
  readonly marks?: (upstairs: MovedUpstairs<Field, Compared>) => Readonly<Record<Mark, string | null>>;
  /** What happened to a downstairs since the last run, so many times; kept for as long as `keptMs` says. */
  readonly counts?: {
    readonly occurrences: (upstairs: MovedUpstairs<Field, Compared>, downstairs: Downstairs) => number;
    readonly keptMs: (thresholds: Readonly<Record<Key, number>>) => number;
  };
  /** Pure. */
  readonly see: (
    scene: Scene<Field, Compared, Mark>,
    thresholds: Readonly<Record<Key, number>>,
  ) => readonly Symptom[];
}

/** A rule as everything but its own file knows it. */
export interface Rule<
  Name extends string = string,
  Key extends string = string,
  Column extends string = string,
> {
  readonly name: Name;
  readonly family: string;
  readonly severity: IncidentSeverity;
  readonly forMs: number;
  readonly thresholds: Readonly<Record<Key, Threshold>>;
  readonly summary: string;
  readonly counted: readonly [one: string, many: string];
  readonly nextStep: string;
  readonly isInStates: boolean;
  readonly isAboutDownstairs: boolean;
  readonly saidByCoverage: boolean;
  readonly acrossSleds: boolean;
  readonly isEvent: boolean;
  /** Every column that it reads. */
  readonly columns: readonly Column[];
  readonly compares: readonly string[];
  /** Null where it follows nothing. */
  readonly marks: ((upstairs: MovedUpstairs) => Readonly<Record<string, string | null>>) | null;
  /** Null where it counts nothing. */
  readonly counts: {
    readonly occurrences: (upstairs: MovedUpstairs, downstairs: Downstairs) => number;
    readonly keptMs: (thresholds: Readonly<Record<string, number>>) => number;
  } | null;
  readonly see: (scene: Scene, thresholds: Readonly<Record<string, number>>) => readonly Symptom[];
}

/** Makes a rule of its declaration. Throws, naming the rule and the key, if a default does not fit its bounds. */
export function defineRule<
  const Name extends string,
  const Key extends string = never,
  const Field extends string = never,
  const Compared extends string = never,
  const Mark extends string = never,
>(declaration: RuleDeclaration<Name, Key, Field, Compared, Mark>): Rule<Name, Key, Field | Compared> {
  const {
    name,
    severity,
    forMs,
    thresholds,
    summary,
    counted,
    nextStep,
    isInStates,
    reads = [],
    compares = [],
    counts,
  } = declaration;
  for (const [key, { default: value, ...bounds }] of [
    ['for', { kind: 'duration', from: 0, to: LONGEST_MS, default: forMs }] as const,
    ...Object.entries<Threshold>(thresholds),
  ]) {
    if (fits(bounds, value)) continue;
    throw new Error(`the rule ${name} has ${key} ${value} by default, allowed is ${boundsText(bounds)}`);
  }
  const whole = (values: Readonly<Record<string, number>>): Readonly<Record<Key, number>> => {
    if (hasEvery(thresholds, values)) return values;
    throw new Error(`the rule ${name} was not given every one of its thresholds`);
  };
  return {
    name,
    severity,
    forMs,
    thresholds,
    summary,
    counted,
    nextStep,
    isInStates,
    isAboutDownstairs: declaration.isAboutDownstairs ?? false,
    family: declaration.family ?? name,
    saidByCoverage: declaration.saidByCoverage ?? false,
    acrossSleds: declaration.acrossSleds ?? false,
    isEvent: declaration.isEvent ?? false,
    columns: [...reads, ...compares],
    compares,
    marks: declaration.marks ?? null,
    counts:
      counts === undefined
        ? null
        : { occurrences: counts.occurrences, keptMs: (values) => counts.keptMs(whole(values)) },
    see: (scene, values) => declaration.see(scene, whole(values)),
  };
}

function hasEvery<Key extends string>(
  keys: Readonly<Record<Key, unknown>>,
  values: Readonly<Record<string, number>>,
): values is Readonly<Record<Key, number>> {
  return Object.keys(keys).every((key) => Object.hasOwn(values, key));
}
