import { z } from 'zod';
import { RULE_NAMES } from '../model/rules.ts';
import type { CheckState } from '../alert/state.ts';

// The state file's contents. Times are ISO 8601 (UTC) in the file, so that people can read it, and milliseconds here.

const time = z.codec(z.iso.datetime(), z.number(), {
  decode: (text) => Date.parse(text),
  encode: (ms) => new Date(ms).toISOString(),
});
const count = z.number().int().nonnegative();
const maybe = <T extends z.ZodType>(type: T) => type.nullable();
const text = z.string();
const texts = z.array(text).readonly();
const counts = z.array(maybe(z.number())).readonly();
const three = z.tuple([maybe(z.number()), maybe(z.number()), maybe(z.number())]).readonly();
const severity = z.enum(['warning', 'critical', 'unknown']);
const rule = z.enum(RULE_NAMES);
const downstairs = z.union([z.literal(0), z.literal(1), z.literal(2)]);

const told = z.object({ at: time, rule, severity, sleds: texts }).readonly();

const sight = z
  .object({
    message: text,
    sleds: texts,
    cubby: maybe(z.number()),
    pid: maybe(z.number()),
    sessionId: maybe(text),
    states: maybe(texts),
    counters: maybe(
      z
        .object({
          repairsCompleted: counts,
          repairsAborted: counts,
          connected: counts,
          replaced: counts,
          extentsRepaired: counts,
          extentsConfirmed: counts,
          extent: maybe(z.number()),
        })
        .readonly(),
    ),
  })
  .readonly();

const incident = z
  .object({
    key: text,
    rule,
    severity,
    subject: z
      .object({
        rack: text,
        zone: maybe(text),
        upstairsId: maybe(text),
        downstairs: maybe(downstairs),
        sled: maybe(text),
      })
      .readonly(),
    sight,
    firstSeenAt: time,
    ruleSince: time,
    openedAt: maybe(time),
    lastSeenAt: time,
    cleanRuns: count,
    unknown: maybe(text),
    ending: maybe(z.enum(['healthy', 'gone', 'withdrawn', 'switched_off'])),
    told: maybe(told),
    silencedBy: maybe(text),
  })
  .readonly();

const progress = maybe(z.object({ mark: text, since: time }).readonly());

const session = z
  .object({
    id: text,
    sessionId: maybe(text),
    at: time,
    aborted: three,
    connected: three,
    replaced: three,
    repair: z.tuple([progress, progress, progress]).readonly(),
    reconcile: progress,
    rises: z.array(z.object({ at: time, downstairs, by: count }).readonly()).readonly(),
  })
  .readonly();

const group = z
  .object({
    toldAt: maybe(time),
    mailedAt: maybe(time),
    allWellAt: maybe(time),
    thread: maybe(z.object({ first: text, last: text }).readonly()),
  })
  .readonly();

const alert = z
  .object({
    key: text,
    labels: z.record(text, text),
    annotations: z.record(text, text),
    startsAt: time,
    endsAt: time,
  })
  .readonly();

/** The state as it lies in the file, beside `format` and `version`. */
export const stateSchema = z
  .object({
    install: text,
    sequence: count,
    inventory: maybe(text),
    lastRun: maybe(
      z
        .object({
          at: time,
          level: z.enum(['ok', 'warning', 'critical', 'unknown']),
          headline: text,
        })
        .readonly(),
    ),
    lastWholeAt: maybe(time),
    incidents: z.array(incident).readonly(),
    memory: z
      .object({
        sessions: z.array(session).readonly(),
        sleds: z.record(text, z.object({ silentRuns: count }).readonly()),
      })
      .readonly(),
    groups: z.record(text, group),
    spool: texts,
    alerts: z.array(alert).readonly(),
  })
  .readonly() satisfies z.ZodType<CheckState>;

/** A list of silences, as it lies in its file. */
export const silencesSchema = z.array(
  z
    .object({
      id: text,
      racks: maybe(texts),
      sleds: maybe(texts),
      zones: maybe(texts),
      upstairs: maybe(texts),
      rules: maybe(z.array(rule).readonly()),
      reason: text,
      by: text,
      createdAt: time,
      endsAt: time,
    })
    .readonly(),
);

/** A mail as it lies in the spool. */
export const spooledMail = z
  .object({
    mail: z
      .object({
        id: text,
        from: text,
        to: texts,
        subject: text,
        text,
        html: maybe(text),
        date: text,
        messageId: text,
        inReplyTo: maybe(text),
        references: texts,
        headers: z.record(text, text),
      })
      .readonly(),
    group: text,
    waitingFor: texts,
  })
  .readonly();
