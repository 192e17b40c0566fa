import { describe, expect, it } from 'vitest';
import { askerRights, BEATS, REPORTS, runnerRights, type MayAsk } from '../../src/relay/subjects.ts';

const rightsOf = (...may: readonly MayAsk[]) => askerRights('me', may).publish;
const about = (rights: readonly string[], word: string) => rights.filter((each) => each.includes(word));

describe('what the hub lets people do', () => {
  it('gives a runner its own site and nothing of streams', () => {
    const { publish, subscribe } = runnerRights('west');
    expect(about(publish, '$JS')).toEqual([]);
    expect([...publish, ...subscribe].filter((each) => !/\.west\b/.test(each))).toEqual([]);
  });

  it('lets who may ask everything make the streams, and nobody change or remove them', () => {
    const rights = rightsOf({ site: '*', probe: '*' });
    expect(about(rights, 'CREATE')).toEqual([
      `$JS.API.STREAM.CREATE.${BEATS.stream}`,
      `$JS.API.STREAM.CREATE.${REPORTS.stream}`,
    ]);
    expect(rights.filter((each) => /UPDATE|DELETE|PURGE|CONSUMER|\$JS\.API\.>/.test(each))).toEqual([]);
  });

  it('lets read reports who may ask every site for a check, and make nothing who may not ask everything', () => {
    expect(about(rightsOf({ site: '*', probe: 'check' }), REPORTS.stream)).not.toEqual([]);
    for (const may of [
      { site: 'west', probe: '*' },
      { site: '*', probe: 'ds-state' },
    ]) {
      expect(about(rightsOf(may), REPORTS.stream)).toEqual([]);
    }
    expect(about(rightsOf({ site: '*', probe: 'check' }), 'CREATE')).toEqual([]);
  });
});
