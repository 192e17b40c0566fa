import { misfit } from './fit.ts';
import type { Given } from './key.ts';
import { ALL_KEYS } from './all-keys.ts';
import type { ConfigProblem } from './config-problem.ts';

/** What the environment gives. A variable that is empty gives nothing. */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): { readonly given: readonly Given[]; readonly problems: readonly ConfigProblem[] } {
  const given: Given[] = [];
  const problems: ConfigProblem[] = [];
  for (const key of ALL_KEYS) {
    const text = key.variable === null ? '' : (env[key.variable] ?? '');
    if (text === '') continue;
    const origin = `$${key.variable}`;
    const wrong = misfit(key, text);
    if (wrong === null) given.push({ key, texts: [text], source: 'environment', origin, baseDir: cwd });
    else problems.push({ line: `${origin}: ${wrong}`, from: 'environment' });
  }
  return { given, problems };
}
