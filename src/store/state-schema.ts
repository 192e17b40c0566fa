import { z } from 'zod';
import { POST_SHAPES } from '../model/outgoing.ts';
import { ENDINGS } from '../alert/incident.ts';
import { RULE_NAMES } from '../alert/rules/index.ts';
import type { CheckState } from '../alert/state.ts';
import { LEVELS, SEVERITIES } from '../model/level.ts';
import { count, downstairs, maybe, text, texts, time } from './kept-values.ts';
import { sessionSchema } from './session-schema.ts';

const counts = z.array(maybe(z.number())).readonly();
const severity = z.enum(SEVERITIES);
const rule = z.enum(RULE_NAMES);

const told = z
  .object({
    at: time,
    rule,
    severity,
    sleds: texts,
    states: maybe(texts).default(null),
    causes: texts.optional(),
  })
  .readonly();

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
    causes: texts.optional(),
    since: time.optional(),
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
    stages: z
      .array(z.object({ rule, since: time, until: time.optional() }).readonly())
      .readonly()
      .default([]),
    outcome: maybe(text).default(null),
    openedAt: maybe(time),
    lastSeenAt: time,
    cleanRuns: count,
    unknown: maybe(text),
    ending: maybe(z.enum(ENDINGS)),
    told: maybe(told),
    silencedBy: maybe(text),
    isListed: z.boolean().default(false),
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
    clock: maybe(z.object({ boot: text, ms: z.number() }).readonly()).default(null),
    lastRun: maybe(
      z
        .object({
          at: time,
          level: z.enum(LEVELS),
          headline: text,
        })
        .readonly(),
    ),
    lastWholeAt: maybe(time),
    incidents: z.array(incident).readonly(),
    memory: z
      .object({
        sessions: z.array(sessionSchema).readonly(),
        sleds: z.record(text, z.object({ silentRuns: count, silentSince: time.optional() }).readonly()),
        silent: z
          .record(text, z.object({ runs: count, since: time, hasReported: z.boolean() }).readonly())
          .default({}),
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

/** A post as it lies in the spool. */
export const spooledPost = z
  .object({
    post: z
      .object({ id: text, shape: z.enum(POST_SHAPES), subject: text, date: text, body: text })
      .readonly(),
    group: text,
  })
  .readonly();
