/** CPUs that illumos has room for, whatever a sled has: each has its own values of the `this->` variables. */
const MOST_CPUS = 256;

/** A text on the right side of an assignment, as our scripts have them. */
const TEXT = /^(?:"|copyinstr|json|strjoin|substr|strstr|short_state)|[?:] "/;

/**
 * What a script allocates in the kernel, by its own options: two buffers and two for aggregations a CPU, and the rest:
 * the pool of dynamic variables, and the texts that clauses keep.
 */
export function kernelMemory(script: string): string {
  const size = (name: string): number | null =>
    kibibytes(new RegExp(`^#pragma D option ${name}=(\\w+)$`, 'm').exec(script)?.[1]);
  const perCpu = 2 * (size('bufsize') ?? 0) + 2 * (size('aggsize') ?? 0);
  const texts = textVariables(script) * MOST_CPUS * (size('strsize') ?? 0.25);
  const shared = (size('dynvarsize') ?? 1024) + texts;
  return `${shown(perCpu)} a CPU, and ${shown(Math.ceil(shared / 512) * 512)}`;
}

function textVariables(script: string): number {
  const texts = [...script.matchAll(/^\tthis->(\w+) = (.*)/gm)].filter(([, , value = '']) =>
    TEXT.test(value),
  );
  return new Set(texts.map(([, name]) => name)).size;
}

function kibibytes(text: string | undefined): number | null {
  const [, digits, unit] = /^(\d+)([km])$/.exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits) * (unit === 'm' ? 1024 : 1);
}

function shown(kib: number): string {
  return kib % 512 === 0 && kib >= 1024 ? `${kib / 1024} MiB` : `${kib} KiB`;
}
