import type { FiredProbe, RecordPart } from './frame.ts';

/** What one block of a clause recorded in one firing, or a fault. */
export interface TraceRecord {
  readonly cpu: number;
  readonly probe: FiredProbe;
  readonly parts: readonly RecordPart[];
  /** The message of a fault, which goes to stderr; null for a record. */
  readonly fault: string | null;
}

/** The kernel's side of the trace buffers: records that wait for the consumer, within bufsize for each CPU. */
export interface TraceBuffer {
  /** Whether a record of that size fits. A record that does not is counted as a drop. */
  reserve(cpu: number, size: number): boolean;
  /** Bytes that are free on a CPU. */
  free(cpu: number): number;
  push(record: TraceRecord, size: number): void;
  /** Takes everything out: the records in time order, and the drops of each CPU. */
  take(): { readonly records: readonly TraceRecord[]; readonly drops: ReadonlyMap<number, number> };
}

export function createTraceBuffer(
  bufsize: () => number,
  policy: () => 'switch' | 'ring' | 'fill',
): TraceBuffer {
  let records: { record: TraceRecord; size: number }[] = [];
  let used = new Map<number, number>();
  let drops = new Map<number, number>();

  function free(cpu: number): number {
    return bufsize() - (used.get(cpu) ?? 0);
  }

  function makeRoom(cpu: number, size: number): void {
    while (free(cpu) < size) {
      const oldest = records.findIndex((r) => r.record.cpu === cpu);
      const gone = records[oldest];
      if (gone === undefined) return;
      records.splice(oldest, 1);
      used.set(cpu, (used.get(cpu) ?? 0) - gone.size);
    }
  }

  return {
    free,
    reserve(cpu, size) {
      if (size === 0) return true;
      if (policy() === 'ring') makeRoom(cpu, size);
      if (free(cpu) >= size) return true;
      if (policy() === 'switch') drops.set(cpu, (drops.get(cpu) ?? 0) + 1);
      return false;
    },
    push(record, size) {
      records.push({ record, size });
      used.set(record.cpu, (used.get(record.cpu) ?? 0) + size);
    },
    take() {
      const taken = { records: records.map((r) => r.record), drops };
      records = [];
      used = new Map();
      drops = new Map();
      return taken;
    },
  };
}
