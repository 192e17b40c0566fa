import { describe, expect, it } from 'vitest';
import { capacityFor, type Resources } from '../../src/cli/ask/capacity.ts';
import { asGateway, makeTarget, type WayChange } from '../support/sleds.ts';

const AMPLE: Resources = { openFiles: 1_048_576, memoryBytes: 2 ** 34, cpus: 2 };

function targets(count: number, change: WayChange = {}) {
  return Array.from({ length: count }, (_, n) => makeTarget(n % 32, change));
}

function capacity(
  count: number,
  resources: Partial<Resources> = {},
  change: WayChange = {},
  options: { readonly concurrency?: number; readonly handshakes?: number } = {},
) {
  return capacityFor(targets(count, change), options, () => ({ ...AMPLE, ...resources }));
}

describe('how much is done at once', () => {
  it('is every sled, where files and memory allow it, and 32 handshakes for each CPU', () => {
    expect(capacity(4096)).toEqual({ concurrency: 4096, handshakes: 64, warning: null });
    expect(capacity(4096, { cpus: 8 }).handshakes).toBe(256);
    expect(capacity(4096, { cpus: 128 }).handshakes).toBe(512);
  });

  it('is less where few files may be open, each sled of ssh being some, which is said', () => {
    const few = capacityFor(targets(24), { transport: 'openssh' }, () => ({ ...AMPLE, openFiles: 64 }));
    expect(few).toEqual({
      concurrency: 3,
      handshakes: 16,
      warning:
        'at most 3 of 24 sleds are visited at the same time, since a process may open 64 files here; raise the limit with: ulimit -n 256',
    });
  });

  it('is less where each sled takes programs of its own, which is said', () => {
    const over = { transport: 'openssh' } as const;
    expect(capacityFor(targets(64), over, () => AMPLE)).toEqual({
      concurrency: 64,
      handshakes: 16,
      warning: null,
    });
    const { concurrency, warning } = capacityFor(targets(96), over, () => AMPLE);
    expect(concurrency).toBe(64);
    expect(warning).toMatch(/^at most 64 of 96 sleds .* three processes with --transport openssh/);
    const given = capacityFor(targets(96), { ...over, concurrency: 96, handshakes: 4 }, () => AMPLE);
    expect(given).toEqual({ concurrency: 96, handshakes: 4, warning: null });
  });

  it('is bounded by the files that may be open, with the limit that would suffice', () => {
    const { concurrency, warning } = capacity(1024, { openFiles: 256 });
    expect(concurrency).toBe(216);
    expect(warning).toMatch(/^at most 216 of 1024 sleds .* may open 256 files here; .*: ulimit -n 2048$/);
    expect(capacity(1024, { openFiles: null }).concurrency).toBe(1024);
    expect(capacity(1024, { openFiles: 10 }).concurrency).toBe(1);
  });

  it('counts three files for a command that leads to a sled, and none behind a gateway', () => {
    expect(capacity(1024, { openFiles: 640 }, { proxyCommand: 'nc h 22' }).concurrency).toBe(200);
    const gateways = [asGateway(makeTarget(0).login)];
    expect(capacity(1024, { openFiles: 256 }, { gateways }).concurrency).toBe(1024);
  });

  it('is bounded by free memory', () => {
    const { concurrency, warning } = capacity(4096, { memoryBytes: 2 ** 28 });
    expect(concurrency).toBe(1024);
    expect(warning).toBe(
      'at most 1024 of 4096 sleds are visited at the same time, since 256 MiB of memory are free here',
    );
  });

  it('is what the options say', () => {
    const options = { concurrency: 900, handshakes: 7 };
    expect(capacity(1024, { openFiles: 256 }, {}, options)).toEqual({ ...options, warning: null });
  });

  it('is not measured for a rack or two', () => {
    const measure = (): Resources => {
      throw new Error('measured');
    };
    expect(capacityFor(targets(64), {}, measure)).toEqual({ concurrency: 64, handshakes: 32, warning: null });
  });
});
