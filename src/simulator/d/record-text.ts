import type { Options } from './options.ts';
import type { TraceRecord } from './trace-buffer.ts';

/** Prints records one after the other: the heading of the columns comes before the first. */
export function createRecordPrinter(options: Options): (record: TraceRecord) => string {
  let headed = false;
  return (record) => {
    const text = `${headed ? '' : heading(options)}${columns(options, record)}${content(record)}`;
    headed = true;
    return options.quiet ? text : `${text}\n`;
  };
}

function heading({ quiet, flowindent }: Options): string {
  if (flowindent) return `CPU ${'FUNCTION'.padEnd(41)}\n`;
  return quiet ? '' : `CPU ${'ID'.padStart(6)} ${'FUNCTION:NAME'.padStart(32)}\n`;
}

function columns({ quiet, flowindent }: Options, { cpu, probe }: TraceRecord): string {
  const name = `${probe.function}:${probe.name}`;
  if (flowindent) return `${String(cpu).padStart(3)} ${` | ${name}`.padEnd(41)} `;
  if (quiet) return '';
  return `${String(cpu).padStart(3)} ${String(probe.id).padStart(6)} ${name.padStart(32)} `;
}

/** What the record's actions print. Some look at the state of the consumer when they are printed. */
function content({ parts }: TraceRecord): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : part();
  return text;
}
