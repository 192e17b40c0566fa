import { writeFile } from 'node:fs/promises';
import { grafanaDashboard } from './grafana.ts';
import { knownMetrics } from './known-metrics.ts';
import { ROWS } from './panels.ts';

// `npm run dashboard`, in the folder of package.json: writes the dashboard for Grafana.
const dashboard = grafanaDashboard(ROWS, knownMetrics());
await writeFile('docs/grafana-dashboard.json', `${JSON.stringify(dashboard, null, 2)}\n`);
