import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { printConfig } from '../../../src/config/print.ts';
import {
  resolveCheckConfig,
  type CheckConfigSources,
  type CheckResolution,
} from '../../../src/config/resolve.ts';
import { parseInventory } from '../../../src/inventory/parse.ts';
import type { Section } from '../../../src/yaml/section.ts';

const NOWHERE: CheckConfigSources = {
  given: [],
  inventorySection: null,
  env: {},
  cwd: '/nowhere',
  home: '/home/ada',
  hostName: 'mgmt.example',
};

/** A folder for the tests of one file, there before the first of them. */
export function testFolder(): { readonly path: () => string } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'check-config-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  return { path: () => folder };
}

export async function resolve(sources: Partial<CheckConfigSources> = {}): Promise<CheckResolution> {
  return await resolveCheckConfig({ ...NOWHERE, ...sources });
}

/** The configuration with a `cruc-fleet.yaml` of that text, written to `folder`. */
export async function resolveText(
  folder: string,
  text: string,
  sources: Partial<CheckConfigSources> = {},
): Promise<CheckResolution> {
  const file = path.join(folder, 'cruc-fleet.yaml');
  await writeFile(file, text);
  return await resolve({ explicit: file, ...sources });
}

/** `version: 1` and `check:` with those lines under it: the first is line 3, column 3. */
export function checkFile(...lines: readonly string[]): string {
  return ['version: 1', 'check:', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** The section of an inventory in `/etc/fleet` with those lines under `check:`; the first is line 3, column 3. */
export function inventorySection(...lines: readonly string[]): Section | null {
  const context = {
    home: '/home/ada',
    user: 'ada',
    agentSocket: null,
    stateFolder: '/home/ada/.local/state/cruc-fleet',
    baseDir: '/etc/fleet',
  };
  const text = `${checkFile(...lines)}racks: [{ id: 1, sleds: [{ cubby: 0, host: a }] }]\n`;
  return parseInventory(text, 'inventory.yaml', context).check;
}

/** `value # origin` of a key. */
export function shownOf({ values }: CheckResolution, name: string): string {
  const found = values.find((value) => value.name === name);
  return found === undefined ? 'no such key' : `${found.shown} # ${found.origin}`;
}

/** The lines of the problems, without the folder of their file. */
export function problemsOf({ problems }: CheckResolution, folder = ''): readonly string[] {
  return problems.map(({ line }) => (folder === '' ? line : line.replaceAll(`${folder}/`, '')));
}

/** Everything that anybody gets to see of a configuration. */
export function allOutput(resolution: CheckResolution): string {
  return [
    printConfig(resolution),
    JSON.stringify(resolution.values),
    ...resolution.problems.map(({ line }) => line),
  ].join('\n');
}
