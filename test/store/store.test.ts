import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOver } from '../../src/store/hand-over.ts';
import { emptyState } from '../../src/alert/state.ts';
import {
  commit,
  placesOf,
  readSilences,
  readSpool,
  readState,
  writeSilences,
  type SpooledMail,
} from '../../src/store/store.ts';
import { FleetError } from '../../src/model/error.ts';
import type { Delivery, Mailer } from '../../src/model/outgoing.ts';
import { makeChecker, makePolicy, makeWorld, MINUTE, START } from '../support/check-world.ts';

let folder: string;
const stateFile = () => join(folder, 'deep', 'check.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-store-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mail(id: string, to: readonly string[] = ['ada@example.com']): SpooledMail {
  return {
    mail: {
      id,
      from: 'cruc-fleet@example.com',
      to,
      subject: `subject of ${id}`,
      text: 'text',
      html: null,
      date: '2026-11-26T08:00:00.000Z',
      messageId: `<${id}@example.com>`,
      inReplyTo: null,
      references: [],
      headers: {},
    },
    group: 'rack 3',
    waitingFor: to,
  };
}

/** A state with everything in it. */
function richState() {
  const world = makeWorld(3, 4);
  const checker = makeChecker(world, makePolicy({ allWellAt: 1 }));
  checker.run();
  world.sessions[0]!.states = ['active', 'live_repair', 'faulted'];
  world.sessions[1]!.states = ['reconcile', 'reconcile', 'reconcile'];
  world.sessions[2]!.there = 'silent';
  world.sessions[3]!.connected = [4, 1, 1];
  world.sleds[2]!.answer = 'no';
  for (let n = 0; n < 3; n++) {
    checker.advance(5 * MINUTE);
    checker.run();
  }
  return checker.state();
}

describe('the state file', () => {
  it('gives back all that was put in, and can be read by people', async () => {
    const places = placesOf(stateFile());
    expect(await readState(places, START, true)).toEqual({ value: null, setAside: null });
    const state = richState();
    expect(state.incidents.length).toBeGreaterThan(4);
    await commit(places, state, []);
    expect(await readState(places, START, true)).toEqual({ value: state, setAside: null });
    expect(readFileSync(stateFile(), 'utf8')).toContain('"lastSeenAt": "2026-11-26T08:1');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['check.json']);
  });

  it.each([
    ['empty', '', 'empty'],
    ['cut', '{"format":"cruc-fleet/check","version":1,"value":{"inst', 'damaged (it is not JSON)'],
    ["somebody else's", '{"hello":"world"}', 'not a file of cruc-fleet'],
    [
      'of a recording',
      '{"format":"cruc-fleet/recording","version":1,"value":{}}',
      'not a file of cruc-fleet',
    ],
    ['of another shape', '{"format":"cruc-fleet/check","version":1,"value":{}}', 'damaged (install: '],
  ])('is set aside, and kept, when it is %s', async (_, text, why) => {
    const places = placesOf(stateFile());
    await commit(places, emptyState('x'), []);
    writeFileSync(stateFile(), text);
    const { value, setAside } = await readState(places, START, true);
    expect(value).toBeNull();
    expect(setAside).toContain(`was ${why}`);
    const aside = `${stateFile()}.set-aside-2026-11-26T08-00-00-000Z`;
    expect(setAside).toContain(`it was set aside as ${aside}`);
    expect(readFileSync(aside, 'utf8')).toBe(text);
    expect(existsSync(stateFile())).toBe(false);
  });

  it('is left alone when a newer cruc-fleet wrote it', async () => {
    const places = placesOf(stateFile());
    await commit(places, emptyState('x'), []);
    const newer = '{"format":"cruc-fleet/check","version":2,"value":{}}';
    writeFileSync(stateFile(), newer);
    await expect(readState(places, START, true)).rejects.toThrow(
      /has version 2, and this cruc-fleet reads up to 1/,
    );
    expect(readFileSync(stateFile(), 'utf8')).toBe(newer);
  });

  it('stays as it was when it cannot be written, and the error says what to do', async () => {
    const places = placesOf(join(folder, 'a-file', 'check.json'));
    writeFileSync(join(folder, 'a-file'), '');
    await expect(commit(places, emptyState('x'), [])).rejects.toThrow(
      /the state file .*check\.json cannot be written; check the path, or name another with --state-file/,
    );
    mkdirSync(stateFile(), { recursive: true });
    await expect(readState(placesOf(stateFile()), START, true)).rejects.toThrow(
      /is not a file; name another/,
    );
  });

  it.runIf(process.getuid?.() !== 0)(
    'says whose right is missing in a folder that may not be written',
    async () => {
      mkdirSync(join(folder, 'deep'));
      chmodSync(join(folder, 'deep'), 0o500);
      await expect(commit(placesOf(stateFile()), emptyState('x'), [])).rejects.toThrow(
        /the right to write there/,
      );
    },
  );
});

describe('silences', () => {
  it('are kept beside the state', async () => {
    const places = placesOf(stateFile());
    const silence = {
      id: 'a1',
      racks: ['3'],
      sleds: null,
      zones: ['oxz_*'],
      upstairs: null,
      rules: ['degraded' as const],
      reason: 'update',
      by: 'ada',
      createdAt: START,
      endsAt: START + MINUTE,
    };
    await writeSilences(places, [silence]);
    expect((await readSilences(places, START, true)).value).toEqual([silence]);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['check.silences.json']);
  });
});

describe('the spool', () => {
  const accepts: Delivery = { accepted: ['ada@example.com'], refused: [], failure: null };
  const away: Delivery = {
    accepted: [],
    refused: [],
    failure: { error: new FleetError('usage', 'nobody is there'), scope: 'server', permanent: false },
  };

  function mailer(deliveries: readonly Delivery[]): Mailer & { readonly tried: string[] } {
    const tried: string[] = [];
    return {
      tried,
      send: async (outgoing, recipients) => {
        tried.push(`${outgoing.id} to ${recipients?.join(', ')}`);
        return deliveries[tried.length - 1] ?? accepts;
      },
      close: async () => {},
    };
  }

  it('holds the mails that the state names until they are accepted, in their order', async () => {
    const places = placesOf(stateFile());
    const state = await commit(places, emptyState('x'), [mail('1-rack-3'), mail('2-rack-4')]);
    const first = await readSpool(places, state, true);
    expect(first.mails.map((each) => each.mail.id)).toEqual(['1-rack-3', '2-rack-4']);
    const one = mailer([away]);
    const failed = await handOver(places, first.mails, one);
    expect(one.tried).toEqual(['1-rack-3 to ada@example.com']);
    expect(failed.waiting).toEqual(['1-rack-3', '2-rack-4']);
    expect(failed.problems).toEqual([
      "the mail 'subject of 1-rack-3' was not accepted: nobody is there",
      `2 mails wait in ${places.spool} since 2026-11-26T08:00:00.000Z and will be tried again at the next run`,
    ]);
    const two = mailer([]);
    expect(await handOver(places, (await readSpool(places, state, true)).mails, two)).toEqual({
      waiting: [],
      problems: [],
    });
    expect(two.tried).toEqual(['1-rack-3 to ada@example.com', '2-rack-4 to ada@example.com']);
    expect((await readSpool(places, state, true)).mails).toEqual([]);
  });

  it('sends nothing again to those who have it', async () => {
    const places = placesOf(stateFile());
    const to = ['ada@example.com', 'bob@example.com'];
    const state = await commit(places, emptyState('x'), [mail('1-rack-3', to)]);
    const refused = [{ to: 'bob@example.com', why: '550 no such user', permanent: true }];
    const one = mailer([{ accepted: ['ada@example.com'], refused, failure: null }]);
    const { waiting, problems } = await handOver(places, (await readSpool(places, state, true)).mails, one);
    expect(waiting).toEqual(['1-rack-3']);
    expect(problems[0]).toMatch(
      /refused for bob@example\.com: 550 no such user; to give it up, remove .*1-rack-3\.json/,
    );
    const two = mailer([{ accepted: ['bob@example.com'], refused: [], failure: null }]);
    await handOver(places, (await readSpool(places, state, true)).mails, two);
    expect(two.tried).toEqual(['1-rack-3 to bob@example.com']);
    expect(readdirSync(places.spool)).toEqual([]);
  });

  it('knows no mail that was written before its state was: it is as if it had not been', async () => {
    const places = placesOf(stateFile());
    const state = await commit(places, emptyState('x'), []);
    await commit(places, { ...state, sequence: 9 }, [mail('9-rack-3')]);
    expect((await readSpool(places, state, true)).mails).toEqual([]);
    expect(readdirSync(places.spool)).toEqual([]);
  });

  it('says of a mail that cannot be read where it is, and goes on with the others', async () => {
    const places = placesOf(stateFile());
    const state = await commit(places, emptyState('x'), [mail('1-rack-3'), mail('2-rack-3')]);
    writeFileSync(join(places.spool, '1-rack-3.json'), '{');
    const { mails, problems } = await readSpool(places, state, true);
    expect(mails.map((each) => each.mail.id)).toEqual(['2-rack-3']);
    expect(problems).toEqual([expect.stringMatching(/the waiting mail .*1-rack-3\.json cannot be read/)]);
  });
});
