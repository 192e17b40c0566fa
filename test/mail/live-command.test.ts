import { expect, it } from 'vitest';
import { RULES } from '../../src/alert/rules/index.ts';
import { racksCommand } from '../../src/mail/live-command.ts';

it('the command of a site that is asked through a hub names the hub, and no inventory', () => {
  const place = { program: '/bin/cruc-fleet', inventory: 'tls://hub.example:4222' };
  expect(racksCommand(['west:3', 'west:4'], ['degraded'], place)).toBe(
    '/bin/cruc-fleet ds-state --rack west:3,west:4 --degraded --site west --relay tls://hub.example:4222',
  );
  expect(racksCommand(['3'], ['degraded'], { ...place, inventory: '/i.yaml' })).toBe(
    '/bin/cruc-fleet ds-state --rack 3 --degraded --inventory /i.yaml',
  );
});

it('the command of a rack shows all of it where the states of one moment do not show what is wrong', () => {
  const place = { program: '/bin/cruc-fleet', inventory: '/i.yaml' };
  for (const { name, isInStates } of RULES) {
    const words = racksCommand(['3'], ['degraded', name], place).split(' ');
    expect(words.includes('--degraded'), name).toBe(isInStates);
  }
  expect(racksCommand(['3'], ['flapping'], place)).toBe(
    '/bin/cruc-fleet ds-state --rack 3 --inventory /i.yaml',
  );
});
