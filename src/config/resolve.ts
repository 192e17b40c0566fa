import type { CheckConfig } from './check-config.ts';
import type { MailSettings } from '../model/mail-route.ts';
import { printable } from '../model/printable.ts';
import { forEachRule, type RuleName } from '../alert/rules/index.ts';
import type { Policy, RulePolicy } from '../alert/policy.ts';
import type { Section } from '../yaml/section.ts';
import { readCommandLine, type CommandLineValue } from './given-options.ts';
import { openConfigFile } from './config-file.ts';
import { readEnvironment } from './given-environment.ts';
import type { Source } from './key.ts';
import { keysOfRule } from './all-keys.ts';
import { KEYS } from './keys.ts';
import { setUpMail } from './mail-settings.ts';
import type { ConfigProblem } from './config-problem.ts';
import { settingsOf } from './settings.ts';
import { readSection } from './section-values.ts';
import { showValues, type ResolvedValue } from './shown-value.ts';
import { settleValues, type Values, type ValuesContext } from './values.ts';

export interface CheckConfigSources extends ValuesContext {
  /** The value of `--config`. */
  readonly explicit?: string | undefined;
  /** What the other options give, in the order in which they were written. */
  readonly given: readonly CommandLineValue[];
  /** `check:` of the inventory. */
  readonly inventorySection: Section | null;
}

/** The configuration in force, where each value came from, and what was wrong and is not in it. */
export interface CheckResolution {
  readonly config: CheckConfig;
  /** Somebody is to be mailed, if only the configuration were right. */
  readonly wantsMail: boolean;
  readonly values: readonly ResolvedValue[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * What `check` is to do: the command line over `cruc-fleet.yaml` over the inventory's section over the environment over
 * the defaults, key by key. Nothing that is wrong stops it: a value that does not fit is a problem, and the next source
 * holds, so that a mistyped line keeps a cron job from nothing else.
 */
export async function resolveCheckConfig(sources: CheckConfigSources): Promise<CheckResolution> {
  const { env, cwd, inventorySection } = sources;
  const file = await openConfigFile(sources);
  const commandLine = readCommandLine(sources.given, cwd);
  const fromFile = readSectionOrNothing(file.section, 'file');
  const fromInventory = readSectionOrNothing(inventorySection, 'inventory');
  const environment = readEnvironment(env, cwd);
  const values = settleValues(
    [commandLine, fromFile, fromInventory, environment].flatMap(({ given }) => given),
    sources,
  );
  const mail = await setUpMail(values, env);
  const problems = [commandLine, file, fromFile, fromInventory, environment, mail].flatMap(
    (each) => each.problems,
  );
  return {
    config: configOf(values, mail.mail, sources),
    wantsMail: mail.isWanted,
    values: showValues(values, mail),
    problems: problems.map(({ line, from }) => ({ line: printable(line), from })),
  };
}

function readSectionOrNothing(section: Section | null, source: Source): ReturnType<typeof readSection> {
  return section === null ? { given: [], problems: [] } : readSection(section, source);
}

function configOf(values: Values, mail: MailSettings | null, context: ValuesContext): CheckConfig {
  const { stateFile } = KEYS;
  const { env, hostName } = context;
  // Written out, it is the default all the same.
  const [ours] = stateFile.fallback({ env, hostName, settled: values.settled }).texts;
  const isStateFileDefault = values.settled(stateFile).texts[0] === ours;
  return { ...settingsOf(values, 'run'), isStateFileDefault, policy: policyOf(values), mail };
}

function policyOf(values: Values): Policy {
  const policy = (name: RuleName): RulePolicy => {
    const keys = keysOfRule(name);
    return {
      on: values.one(keys.on),
      severity: values.one(keys.severity),
      forMs: values.one(keys.for),
      thresholds: Object.fromEntries(keys.thresholds.map(({ name: word, key }) => [word, values.one(key)])),
    };
  };
  return { rules: forEachRule(policy), ...settingsOf(values, 'policy') };
}
