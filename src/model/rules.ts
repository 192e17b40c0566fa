/** How bad an incident is. `unknown`: part of the picture is missing, which is neither health nor illness. */
export type IncidentSeverity = 'warning' | 'critical' | 'unknown';

/** What a check says as a whole: 0, 1, 2 and 3 as a monitoring plugin's exit status. */
export type Level = 'ok' | IncidentSeverity;

/** A number that a rule compares with. */
export interface Threshold {
  readonly name: string;
  /** A duration is in milliseconds, a share is from 0 to 1. */
  readonly kind: 'duration' | 'count' | 'share';
  readonly default: number;
  readonly help: string;
}

/** One rule as everything but the code that sees it knows it: configuration, help, mails, documentation. */
export interface Rule {
  readonly severity: IncidentSeverity;
  /** How long it must be seen before an incident opens, in milliseconds; 0 is at once. */
  readonly forMs: number;
  readonly thresholds: readonly Threshold[];
  /** One line for help. */
  readonly summary: string;
  /** What stands behind a number in a headline, for one and for several. */
  readonly counted: readonly [one: string, many: string];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Every rule of `check`, in the order in which they are named: what is worst for a disk first. */
export const RULES = {
  down: {
    severity: 'critical',
    forMs: 0,
    thresholds: [],
    summary: 'no downstairs of an upstairs serves',
    counted: ['down', 'down'],
  },
  critical: {
    severity: 'critical',
    forMs: 0,
    thresholds: [],
    summary: 'two of three downstairs do not serve',
    counted: ['critical', 'critical'],
  },
  active_twice: {
    severity: 'critical',
    forMs: 0,
    thresholds: [],
    summary: 'one upstairs is active on two sleds',
    counted: ['active twice', 'active twice'],
  },
  degraded: {
    severity: 'critical',
    forMs: 0,
    thresholds: [],
    summary: 'one of three downstairs does not serve',
    counted: ['degraded', 'degraded'],
  },
  repair_stalled: {
    severity: 'critical',
    forMs: 0,
    thresholds: [
      {
        name: 'after',
        kind: 'duration',
        default: 2 * MINUTE,
        help: 'how long no extent is repaired or confirmed',
      },
    ],
    summary: 'a repair does not get on between runs',
    counted: ['repair stalled', 'repairs stalled'],
  },
  repair_aborted: {
    severity: 'warning',
    forMs: 0,
    thresholds: [],
    summary: 'a live repair was aborted since the last run',
    counted: ['repair aborted', 'repairs aborted'],
  },
  flapping: {
    severity: 'warning',
    forMs: 0,
    thresholds: [
      { name: 'rises', kind: 'count', default: 2, help: 'reconnects and replacements of one downstairs' },
      { name: 'within', kind: 'duration', default: HOUR, help: 'the time in which they are counted' },
    ],
    summary: 'a downstairs reconnects or is replaced again and again',
    counted: ['flapping', 'flapping'],
  },
  repairing: {
    severity: 'warning',
    forMs: 2 * HOUR,
    thresholds: [],
    summary: 'a downstairs has been under repair for long',
    counted: ['repairing', 'repairing'],
  },
  no_report: {
    severity: 'warning',
    forMs: 0,
    thresholds: [],
    summary: 'a propolis process runs and none of its upstairs reports',
    counted: ['not reporting', 'not reporting'],
  },
  sled_silent: {
    severity: 'unknown',
    forMs: 0,
    thresholds: [{ name: 'runs', kind: 'count', default: 2, help: 'runs in a row without an answer' }],
    summary: 'a sled has not answered for some runs',
    counted: ['sled silent', 'sleds silent'],
  },
  coverage: {
    severity: 'unknown',
    forMs: 0,
    thresholds: [
      { name: 'below', kind: 'share', default: 0.5, help: 'the share of the sleds of a rack that answered' },
    ],
    summary: 'too few sleds of a rack answered',
    counted: ['rack mostly silent', 'racks mostly silent'],
  },
  data_incomplete: {
    severity: 'unknown',
    forMs: 0,
    thresholds: [],
    summary: 'a sled answered in part: drops, faults or lines that nobody understands',
    counted: ['sled answered in part', 'sleds answered in part'],
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

export function isRuleName(text: string): text is RuleName {
  return Object.hasOwn(RULES, text);
}

/** The names of all rules, in their order. */
export const RULE_NAMES: readonly RuleName[] = Object.keys(RULES).filter(isRuleName);

/** What the configuration says of one rule. */
export interface RulePolicy {
  readonly on: boolean;
  readonly severity: IncidentSeverity;
  readonly forMs: number;
  /** By the names of the rule's thresholds, each of them there. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** Everything that decides what is an incident and when somebody hears of it. */
export interface Policy {
  readonly rules: Readonly<Record<RuleName, RulePolicy>>;
  /** How long after a group's last mail it is reminded of what is still open; null is never. */
  readonly repeatMs: number | null;
  /** Runs without a sign of an incident after which it is over. */
  readonly resolveAfter: number;
  /** What shares a mail. */
  readonly groupBy: 'rack' | 'fleet';
  /** Minutes after local midnight from which the daily mail says that all is well; null is never. */
  readonly allWellAt: number | null;
}

/** The rules as they are without any configuration. */
export function defaultRulePolicy(name: RuleName): RulePolicy {
  const rule: Rule = RULES[name];
  return {
    on: true,
    severity: rule.severity,
    forMs: rule.forMs,
    thresholds: Object.fromEntries(rule.thresholds.map((each) => [each.name, each.default])),
  };
}

/** Something for each rule, by its name. */
export function forEachRule<T>(make: (name: RuleName) => T): Readonly<Record<RuleName, T>> {
  const made: Partial<Record<RuleName, T>> = Object.fromEntries(RULE_NAMES.map((name) => [name, make(name)]));
  if (!holdsEveryRule(made)) throw new Error('a rule has no name');
  return made;
}

function holdsEveryRule<T>(made: Partial<Record<RuleName, T>>): made is Record<RuleName, T> {
  return RULE_NAMES.every((name) => Object.hasOwn(made, name));
}

const LEVELS: readonly Level[] = ['ok', 'warning', 'unknown', 'critical'];

/** The worst of some levels: `critical`, then `unknown`, `warning`, `ok`. */
export function worstLevel(levels: Iterable<Level>): Level {
  let worst = 0;
  for (const level of levels) worst = Math.max(worst, LEVELS.indexOf(level));
  return LEVELS[worst] ?? 'unknown';
}

/** Positive where `a` is worse than `b`. */
export function compareLevels(a: Level, b: Level): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b);
}
