import { printable } from '../model/printable.ts';
import { EXIT } from './exit-code.ts';

/** What a monitoring system has no name for. */
const NO_VERDICT: readonly number[] = [EXIT.usage, EXIT.bug, EXIT.inventory];

/** Whether a command line is `check` with `-o plugin` written out: whoever writes it is a monitoring system. */
export function isPlugin(argv: readonly string[]): boolean {
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (words.find((word) => !word.startsWith('-')) !== 'check') return false;
  return words.some(
    (word, index) =>
      ['-oplugin', '--output=plugin'].includes(word) ||
      (['-o', '--output'].includes(word) && words[index + 1] === 'plugin'),
  );
}

/**
 * The status of a command line: a plugin ends with UNKNOWN, 3, where others end with 64, 70 or 78, as
 * https://www.monitoring-plugins.org/doc/guidelines.html wants it.
 */
export function pluginStatus(argv: readonly string[], status: number): number {
  return isPlugin(argv) && NO_VERDICT.includes(status) ? EXIT.incomplete : status;
}

/** The line of a plugin that has no verdict. Without `|`, which would begin performance data. */
export function noVerdict(why: string): string {
  return `CRUC_FLEET UNKNOWN - ${printable(why).replaceAll('|', '?')}\n`;
}
