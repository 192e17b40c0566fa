import { describe, expect, it } from 'vitest';
import { createArrivals } from '../../src/doctor/arrivals.ts';
import { examine, remedyOf } from '../../src/doctor/examine.ts';
import { errorText } from '../../src/doctor/step-answer.ts';
import { FleetError } from '../../src/model/error.ts';
import type { FailedOutcome } from '../../src/model/report.ts';
import type { VisitTrail, WaySeen } from '../../src/model/trail.ts';
import { makeSled } from '../support/sleds.ts';

const TELLING = { timeOfDay: (ms: number) => new Date(ms), arrivals: createArrivals(() => 0) };

const TCP: WaySeen = { step: 'tcp', result: 'ok', ms: 1, said: 'connected' };

function trailOf(way: readonly WaySeen[], change: Partial<VisitTrail> = {}): VisitTrail {
  return { times: { stages: { connect: 3 }, steps: {} }, way, ran: null, noise: [], ...change };
}

function failedBy(error: FleetError, change: Partial<FailedOutcome> = {}): FailedOutcome {
  const sled = makeSled(1);
  return {
    status: 'failed',
    sled,
    elapsedMs: 5,
    stage: 'connect',
    error,
    address: `[${sled.host}]:22`,
    ...change,
  };
}

const shortly = (outcome: FailedOutcome) =>
  examine(outcome, TELLING).map(({ step, result, said }) => `${step} ${result}: ${said}`);

describe('the steps of a sled', () => {
  it('that were not tried all say why', () => {
    const error = new FleetError('not_tried', 'not tried: the run was interrupted first');
    const told = shortly(failedBy(error, { trail: trailOf([]) }));
    expect(told).toHaveLength(21);
    for (const each of told) expect(each).toMatch(/ not_tried: not tried: the run was interrupted first$/);
  });

  it('without the address in what is said, so that sleds of one failure fold', () => {
    const { host } = makeSled(1);
    const error = new FleetError(
      'refused',
      `[${host}]:22 refused the connection; check that sshd runs there`,
      {
        cause: new Error(`connect ECONNREFUSED ${host}:22`),
      },
    );
    const outcome = failedBy(error, { trail: trailOf([{ ...TCP, result: 'failed', said: '', error }]) });
    const tcp = examine(outcome, TELLING).find(({ step }) => step === 'tcp');
    expect(tcp).toMatchObject({
      result: 'failed',
      said: 'its address refused the connection: connect ECONNREFUSED its address',
      remedy: 'check that sshd runs there',
    });
  });

  it('of a way that tells nothing are not said to have failed, and the failure is told all the same', () => {
    const told = shortly(
      failedBy(new FleetError('pipe', 'pilot does not lead there'), { trail: trailOf([]) }),
    );
    expect(told.slice(0, 9).every((each) => each.endsWith(' none: not told by this way'))).toBe(true);
    expect(told[9]).toBe('shell failed: pilot does not lead there');
  });

  it('that were answered before the command was cut are told, the one that was asked next failed', () => {
    const way: readonly WaySeen[] = [
      'name',
      'address',
      'gateway',
      'pipe',
      'tcp',
      'banner',
      'key_exchange',
      'host_key',
      'authentication',
    ].map((step) => ({ ...TCP, step: step as WaySeen['step'] }));
    const stdout = [
      'ask=clock at=2026-08-04T12:00:00',
      'ask=login uid=0 pfexec=no zone=global host=x text=/bin/sh',
      'ask=sh text=ksh',
      'ask=awk name=nawk works=yes text=two',
      'ask=checksum name=digest works=yes text=ba78',
      'ask=home state=writable free_kib=99999 text=/root',
    ];
    const began = Date.parse('2026-08-04T12:00:00Z');
    const arrivals = createArrivals(() => 0);
    const outcome = failedBy(new FleetError('timeout', 'the command on it did not end within 30 s'), {
      stage: 'run',
      trail: trailOf(way, { ran: { fromMs: began, toMs: began + 30_000 } }),
    });
    arrivals.hear(outcome.sled.id, stdout.map((line) => `${line}\n`).join(''));
    const answers = examine(outcome, { ...TELLING, arrivals });
    expect(answers.slice(9).map(({ step, result, said }) => `${step} ${result}: ${said}`)).toEqual([
      'shell ok: /bin/sh, as root, zone global',
      'noise ok: nothing is printed',
      'home ok: writable, with space',
      'sh ok: ksh',
      'awk ok: nawk',
      'checksum ok: digest',
      'dtrace not_tried: not tried: the visit had ended',
      'probes not_tried: not tried: the visit had ended',
      'crucible failed: the command on it did not end within 30 s',
      'clock ok: agrees with ours',
      'versions not_tried: not tried: the visit had ended',
      'leftovers not_tried: not tried: the visit had ended',
    ]);
    expect(answers.find(({ step }) => step === 'crucible')).toMatchObject({
      remedy: expect.stringMatching(/^log in by hand/),
    });
  });

  it('that are well need no remedy, the others have one', () => {
    const answer = {
      step: 'awk',
      result: 'failed',
      ms: null,
      said: '',
      details: null,
      remedy: null,
    } as const;
    expect(remedyOf(answer)).toBe('install nawk or another POSIX awk');
    expect(remedyOf({ ...answer, result: 'ok' })).toBeNull();
    expect(remedyOf({ ...answer, remedy: 'do this' })).toBe('do this');
  });
});

describe('what an error says to do', () => {
  it('is its last clause where that says to do something', () => {
    expect(errorText(new FleetError('handshake', 'it failed; then more; try again'))).toEqual({
      said: 'it failed; then more',
      remedy: 'try again',
    });
    expect(errorText(new FleetError('not_begun', 'it never ran; what was printed instead: hello'))).toEqual({
      said: 'it never ran; what was printed instead: hello',
      remedy: null,
    });
  });
});
