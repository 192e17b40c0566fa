import type { IoTruth } from './truth.ts';
import type { IoEvent } from './io.ts';

/** Remembers what fired, so that what a trace says can be held against it. */
export interface IoLedger {
  fired(pid: number, provider: string, probe: string): void;
  /** A guest IO, a job or a step of one; `volumeId` is null in a downstairs. */
  io(pid: number, volumeId: string | null, event: IoEvent): void;
  truth(): IoTruth;
}

type Counts = Map<string, number>;

const add = (counts: Counts, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** The bucket of quantize(): the largest power of two that is not above a positive number. */
export function quantizeBucket(value: number): number {
  return value < 1 ? 0 : 2 ** Math.floor(Math.log2(value));
}

export function createIoLedger(): IoLedger {
  const processes = new Map<number, { readonly provider: string; readonly counts: Counts }>();
  const volumes = new Map<
    string,
    { readonly pid: number; readonly volume: string; readonly counts: Counts }
  >();
  const latencies = new Map<
    string,
    {
      readonly pid: number;
      readonly volume: string | null;
      readonly timed: NonNullable<IoEvent['timed']>;
      readonly counts: Counts;
    }
  >();
  return {
    fired: (pid, provider, probe) => {
      let entry = processes.get(pid);
      if (entry === undefined) processes.set(pid, (entry = { provider, counts: new Map() }));
      add(entry.counts, probe);
    },
    io: (pid, volume, { probe, timed }) => {
      if (volume !== null && (probe.startsWith('volume-') || probe.startsWith('reqwest-'))) {
        const key = `${pid} ${volume}`;
        let entry = volumes.get(key);
        if (entry === undefined) volumes.set(key, (entry = { pid, volume, counts: new Map() }));
        add(entry.counts, probe);
      }
      if (timed !== undefined) {
        const key = `${pid} ${volume} ${timed.kind} ${timed.client}`;
        let entry = latencies.get(key);
        if (entry === undefined) latencies.set(key, (entry = { pid, volume, timed, counts: new Map() }));
        add(entry.counts, String(quantizeBucket(timed.latencyNs)));
      }
    },
    truth: () => ({
      processes: [...processes].map(([pid, { provider, counts }]) => ({
        pid,
        provider,
        counts: Object.fromEntries(counts),
      })),
      volumes: [...volumes.values()].map(({ pid, volume, counts }) => ({
        volume_id: volume,
        pid,
        counts: Object.fromEntries(counts),
      })),
      latencies: [...latencies.values()].map(({ pid, volume, timed, counts }) => ({
        pid,
        volume_id: volume,
        kind: timed.kind,
        client: timed.client,
        buckets: Object.fromEntries(counts),
      })),
    }),
  };
}
