import { z } from 'zod';
import { experimentalNote } from '../../src/fleet/by-tool.ts';
import type { Ended } from '../support/run-program.ts';
import type { Fault } from './fault.ts';
import { ALL, RACK, SLED, type Field } from './field.ts';
import { TOOLS } from './ways.ts';

const Sled = z.object({
  sled: z.string(),
  status: z.enum(['answered', 'failed']),
  stage: z.string().optional(),
  elapsed_ms: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  issues: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  warnings: z.array(z.string()).optional(),
});

const Report = z.object({
  sleds: z.array(Sled),
  rows: z.array(z.record(z.string(), z.unknown())),
  findings: z.array(z.object({ sled: z.string() })),
});

export type SeenSled = z.infer<typeof Sled>;
export type SeenReport = z.infer<typeof Report>;

export function readReport({ stdout, stderr }: Ended): SeenReport {
  if (stdout === '') throw new Error(`no report, but: ${stderr}`);
  return Report.parse(JSON.parse(stdout));
}

/** The sleds of the field that a fault hits. */
export function hitBy({ hits }: Fault): readonly string[] {
  if (hits === 'all') return ALL;
  return hits === 'rack' ? RACK : [SLED];
}

/** Whether a warning is of what happened, and not of the tool that is asked. */
export function isOwn(warning: string): boolean {
  return !TOOLS.some((name) => warning === experimentalNote({ name }));
}

/** What a run said of a sled, in words that are the same in every run. */
export function wordsOn(sled: SeenSled, field: Field): string {
  const { error, issues = [], warnings = [] } = sled;
  const said =
    error === undefined
      ? [...issues.map(({ message }) => message), ...warnings.filter(isOwn)]
      : [error.message];
  const names: readonly (readonly [string, string])[] = [
    [`127.0.0.1:${field.portOf(SLED)}`, 'SLED:22'],
    [`127.0.0.1:${field.gateway.port}`, 'GATEWAY:22'],
    [`127.0.0.1:${field.second.port}`, 'GATEWAY2:22'],
    [`127.0.0.1 port ${field.portOf(SLED)}`, 'SLED port 22'],
    [`127.0.0.1 ${field.portOf(SLED)} port`, 'SLED 22 port'],
    [`sled.invalid:${field.portOf(SLED)}`, 'sled.invalid:22'],
    [`sled.invalid port ${field.portOf(SLED)}`, 'sled.invalid port 22'],
    [`[fe80::1]:${field.portOf(SLED)}`, '[fe80::1]:22'],
    [`fe80::1:${field.portOf(SLED)}`, 'fe80::1:22'],
    [`[127.0.0.1]:${field.gateway.port}`, '[GATEWAY]:22'],
    [`127.0.0.1 port ${field.gateway.port}`, 'GATEWAY port 22'],
    [field.rack.simulation.rootDir, '/tmp/racks'],
    [field.rack.folder, '/tmp/field'],
  ];
  return (
    names
      .reduce((text, [name, other]) => text.replaceAll(name, other), said.join('; '))
      .replaceAll(/SHA256:[\w+/]+/g, 'SHA256:…')
      .replaceAll(/run-\w+/g, 'run')
      // What changes with each change of our scripts, with each run of ssh, and with Node.
      .replaceAll(/(\.cruc-fleet\/)[0-9a-f]{16}/g, '$1…')
      // Rows of a sled come in no order: which of them is cut is chance.
      .replaceAll(/(is not a row: zone=).*?…/g, '$1…')
      .replaceAll(/\d+ of \d+ bytes/g, '… of … bytes')
      .replaceAll(/cruc-fleet-ssh-\w+\/\d+/g, 'cruc-fleet-ssh')
      .replaceAll(/ - Local \(.*?\)$/g, '')
      .replaceAll(/after \d+ (?:ms|s)\b/g, 'after a while')
  );
}
