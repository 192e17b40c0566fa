/** What a script allocates in the kernel, by its own options: two buffers and two for aggregations a CPU, and the rest. */
export function kernelMemory(script: string): string {
  const size = (name: string): number =>
    kibibytes(new RegExp(`^#pragma D option ${name}=(\\w+)$`, 'm').exec(script)?.[1]);
  const perCpu = 2 * size('bufsize') + 2 * size('aggsize');
  const shared = size('dynvarsize');
  return `${shown(perCpu)} a CPU${shared === 0 ? '' : `, and ${shown(shared)}`}`;
}

function kibibytes(text: string | undefined): number {
  const [, digits = '0', unit] = /^(\d+)([km])$/.exec(text ?? '') ?? [];
  return Number(digits) * (unit === 'm' ? 1024 : 1);
}

function shown(kib: number): string {
  return kib % 512 === 0 && kib >= 1024 ? `${kib / 1024} MiB` : `${kib} KiB`;
}
