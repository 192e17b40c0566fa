import { isRuleName, ruleNamed } from '../alert/rules/index.ts';
import type { ResolvedValue } from './shown-value.ts';

/** What is in force, for people: `key = value   # where it comes from`, a line each, in groups. */
export function printConfig({ values }: { readonly values: readonly ResolvedValue[] }): string {
  const groups = new Map<string, ResolvedValue[]>();
  for (const value of values) {
    const group = groupOf(value.name);
    groups.set(group, [...(groups.get(group) ?? []), value]);
  }
  return [...groups].map(([group, members]) => heading(group) + lines(members)).join('\n');
}

function groupOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function heading(group: string): string {
  const rule = group.replace(/^rules\./, '');
  return isRuleName(rule) ? `# ${rule}: ${ruleNamed(rule).summary}\n` : '';
}

function lines(values: readonly ResolvedValue[]): string {
  const name = Math.max(...values.map((each) => each.name.length));
  const shown = Math.max(...values.map((each) => each.shown.length));
  return values
    .map((each) => `${each.name.padEnd(name)} = ${each.shown.padEnd(shown)}  # ${each.origin}\n`)
    .join('');
}
