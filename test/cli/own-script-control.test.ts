import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulation, type Simulation } from '../../src/simulator/simulate.ts';
import { run } from '../support/run-program.ts';

const SCRIPT = fileURLToPath(new URL('../fixtures/cases/d10-unicode/mine.d', import.meta.url));

let simulation: Simulation;
let folder: string;

beforeAll(async () => {
  simulation = await startSimulation({
    racks: ['1'],
    sledsPerRack: 2,
    propolisPerSled: 1,
    ioRate: 1,
    seed: 10,
  });
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-control-'));
  writeFileSync(join(folder, 'inventory.yaml'), simulation.inventoryYaml());
  writeFileSync(join(folder, 'mine.d'), readFileSync(SCRIPT));
});

afterAll(async () => {
  await simulation.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a script that prints UTF-8, tabs, NUL, CR and ESC', () => {
  it('keeps its letters and sends no control character to the terminal', async () => {
    const argv = ['run', './mine.d', '-i', 'inventory.yaml', '--sled', '1/1'];
    const { status, stdout } = await run(argv, { cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toContain('größe µs → 5');
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});
