import { csv } from './csv.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { name } from './name.ts';
import { ndjson } from './ndjson.ts';
import type { Output } from './output.ts';
import { plugin } from './plugin.ts';
import { prometheus } from './prometheus.ts';
import { table, wide } from './table.ts';
import { yaml } from './yaml.ts';

/** Every format of `-o`. A new one is a file beside this one and a line here. */
export const OUTPUTS = [
  table,
  wide,
  json,
  ndjson,
  csv,
  yaml,
  markdown,
  html,
  name,
  prometheus,
  plugin,
] as const satisfies readonly Output[];
