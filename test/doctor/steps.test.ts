import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SLED_STEPS } from '../../src/doctor/sled-answers.ts';
import { ASKED, STEPS } from '../../src/doctor/steps.ts';
import { WAY_STEPS } from '../../src/model/trail.ts';

describe('the table of steps', () => {
  it('has every step of the way and of the sled once, in the order of the way', () => {
    const names = STEPS.map(({ name }) => name);
    expect(names.slice(0, WAY_STEPS.length)).toEqual(WAY_STEPS);
    expect(names.slice(WAY_STEPS.length).toSorted()).toEqual(Object.keys(SLED_STEPS).toSorted());
  });

  it('is asked in the order of scripts/doctor.sh', () => {
    const script = readFileSync(new URL('../../scripts/doctor.sh', import.meta.url), 'utf8');
    const [before = '', calls = ''] = script.split('say_time clock');
    const words = [...calls.matchAll(/\bsay_(\w+)/g)].map(([, name]) => {
      const [, body = ''] = before.split(`say_${name}() {`);
      return /ask=(\w+)/.exec(body)?.[1];
    });
    const asked = [...new Set(words)].map((word) => (word === 'login' ? 'shell' : word));
    expect(asked.filter((word) => Object.keys(SLED_STEPS).includes(word ?? ''))).toEqual(ASKED);
  });

  it('stands in docs/doctor.md', () => {
    const document = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    const table = [
      '| Step | Asks | What to do, unless the failure says better |',
      '|---|---|---|',
      ...STEPS.map(({ title, asks, remedy }) => `| ${title} | ${asks} | ${remedy} |`),
    ].join('\n');
    expect(document.includes(table), `docs/doctor.md lacks this table:\n${table}\n`).toBe(true);
  });
});
