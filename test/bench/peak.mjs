/** For `node --import`: writes down the peak memory in KiB when the process ends. */
import { appendFileSync } from 'node:fs';

process.on('exit', () => {
  appendFileSync(process.env['BENCH_PEAK'], `${process.resourceUsage().maxRSS}\n`);
});
