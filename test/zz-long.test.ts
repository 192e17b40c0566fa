import { it } from 'vitest';
import { fuzzPrints } from './parse/fuzz-prints.ts';
import { falsePrints } from './parse/print-truth.ts';
import { appendFileSync } from 'node:fs';
it('long', () => {
  const t0 = Date.now();
  for (let s = 10_000; s < 40_000; s += 1000) {
    const a = falsePrints(500, s, true),
      b = falsePrints(500, s, false),
      c = fuzzPrints(1000, s);
    appendFileSync(
      '/tmp/hist/long.log',
      `${s} ${((Date.now() - t0) / 1000) | 0}s ${a ?? 'ok'} ${b ?? 'ok'} ${c ?? 'ok'}\n`,
    );
  }
}, 36e5);
