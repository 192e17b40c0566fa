import path from 'node:path';
import { xdgFolder } from '../files/xdg.ts';
import { SUBJECT_STYLES } from '../model/subject-style.ts';
import { isPath } from '../yaml/file-path.ts';
import { key, listKey, type Fallback, type FallbackContext, type Key } from './key.ts';
import * as types from './value-types.ts';

const USER = key('mail.user', {
  part: 'mail',
  type: types.userOrNone,
  default: 'none',
  help: 'who logs in to the mail server',
  variable: 'CRUC_FLEET_SMTP_USER',
});

/**
 * Everything that can be set, but for the rules; the value of each is found under its name here. An option's help says
 * the default, where there is one to say. `docs/alerting.md` shows it as a table.
 */
export const KEYS = {
  stateFile: key('state_file', {
    part: 'run',
    type: types.path,
    default: stateFile,
    help: 'where incidents are kept between runs',
    option: {
      group: 'memory',
      flags: '--state-file <file>',
      help: 'what is remembered from run to run (default: check.json in the XDG state folder)',
    },
  }),
  historyPath: key('history.path', {
    part: 'run',
    type: types.historyPath,
    default: 'beside',
    help: 'where runs are kept for history and diff',
    speaksForGroup: true,
    option: {
      group: 'history',
      flags: '--history <file>',
      help: 'where runs are kept for history and diff, or off (default: beside the state file)',
    },
  }),
  historyKeepMs: key('history.keep', {
    part: 'run',
    type: types.durationAboveZero,
    default: '90d',
    help: 'how long they are kept',
  }),
  windowMs: key('window', {
    part: 'run',
    type: types.window,
    default: '3s',
    help: 'how long each sled is watched',
    option: {
      group: 'rules',
      flags: '-w, --window <time>',
      help: 'how long each sled is watched, in whole seconds (default: 3s)',
    },
  }),
  lockWaitMs: key('lock_wait', {
    part: 'run',
    type: types.lockWait,
    default: '30s',
    help: 'how long to wait for another run to end',
  }),
  forMs: key('for', {
    part: 'rules',
    type: types.duration,
    default: '0s',
    help: 'how long each rule is seen before an incident opens',
  }),
  repeatMs: key('repeat', {
    part: 'policy',
    type: types.durationOrNever,
    default: '4h',
    help: 'how often mails remind of what is open',
    option: {
      group: 'rules',
      flags: '--repeat <time>',
      help: 'how often to remind of what is still open, or never (default: 4h)',
    },
  }),
  resolveAfter: key('resolve_after', {
    part: 'policy',
    type: types.whole(1, 1000),
    default: '2',
    help: 'runs without a sign of an incident that end it',
    option: {
      group: 'rules',
      flags: '--resolve-after <n>',
      help: 'an incident is over after so many runs without a sign of it (default: 2)',
    },
  }),
  groupBy: key('group_by', {
    part: 'policy',
    type: types.oneOf(['rack', 'site', 'fleet']),
    default: 'rack',
    help: 'what shares a mail',
    option: {
      group: 'rules',
      flags: '--group-by <what>',
      help: 'what shares a mail: rack, site or fleet (default: rack; site with --from-stream)',
    },
  }),
  mailTo: listKey('mail.to', {
    part: 'mail',
    type: types.mailAddress,
    help: 'who is mailed',
    option: {
      group: 'outlets',
      flags: '--mail-to <addresses>',
      help: 'addresses to mail, with commas between them',
    },
  }),
  mailFrom: key('mail.from', {
    part: 'mail',
    type: types.mailAddress,
    default: sender,
    help: 'the sender of the mails',
    option: {
      group: 'outlets',
      flags: '--mail-from <address>',
      help: 'the sender (default: cruc-fleet@ this machine)',
    },
  }),
  smtp: key('mail.smtp', {
    part: 'mail',
    type: types.smtpServer,
    default: 'off',
    help: 'the mail server',
    option: {
      group: 'outlets',
      flags: '--smtp <url>',
      help: 'the mail server: smtp://host[:port] or smtps://host[:port]',
    },
  }),
  sendmail: key('mail.sendmail', {
    part: 'mail',
    type: types.sendmailPath,
    default: 'off',
    help: 'a program to send mails with instead',
    option: {
      group: 'outlets',
      flags: '--sendmail [path]',
      help: 'hand mails to this program instead (default: /usr/sbin/sendmail)',
    },
  }),
  tls: key('mail.tls', {
    part: 'mail',
    type: types.oneOf(['required', 'opportunistic', 'off']),
    default: tls,
    help: 'STARTTLS of smtp://',
  }),
  caFile: key('mail.ca_file', {
    part: 'mail',
    type: types.pathOrNone,
    default: 'none',
    help: "PEM of the mail server's authority",
  }),
  user: USER,
  passwordFile: key('mail.password_file', {
    part: 'mail',
    type: types.pathOrNone,
    default: 'none',
    help: 'its first line is the password',
    option: {
      group: 'outlets',
      flags: '--smtp-password-file <file>',
      help: 'a file whose first line is the password (or: $CRUC_FLEET_SMTP_USER, $CRUC_FLEET_SMTP_PASSWORD)',
    },
  }),
  html: key('mail.html', {
    part: 'mail',
    type: types.trueOrFalse,
    default: 'true',
    help: 'whether mails are HTML beside plain text',
  }),
  subjectStyle: key('mail.subject', {
    part: 'run',
    type: types.oneOf(SUBJECT_STYLES),
    default: 'news',
    help: 'what the subject of a mail says',
    option: {
      group: 'outlets',
      flags: '--subject-style <style>',
      help: 'subjects that say what is new, or that stay the same in a thread: news or thread (default: news)',
    },
  }),
  allWellAt: key('mail.all_well', {
    part: 'policy',
    type: types.timeOfDay,
    default: 'off',
    help: 'from when a daily mail says that all is well',
    option: {
      group: 'outlets',
      flags: '--all-well <time>',
      help: 'a daily mail, from this time on (08:00), while all is well',
    },
  }),
  heartbeatUrl: key('heartbeat', {
    part: 'run',
    type: types.httpUrl,
    default: 'off',
    help: 'what is pinged at the start and the end',
    option: {
      group: 'outlets',
      flags: '--heartbeat <url>',
      help: 'a URL to ping at the start and the end, in the style of healthchecks',
    },
  }),
  textfilePath: key('textfile.path', {
    part: 'run',
    type: types.textfilePath,
    default: 'off',
    help: 'a file for node_exporter',
    speaksForGroup: true,
    option: {
      group: 'outlets',
      flags: '--textfile <file>',
      help: "metrics for node_exporter's textfile collector",
    },
  }),
  textfileLabels: listKey('textfile.labels', {
    part: 'run',
    type: types.labelName,
    help: 'labels beyond those that are always there',
    option: {
      group: 'outlets',
      flags: '--textfile-labels <names>',
      help: 'columns that become labels there, such as zone or session_id',
    },
  }),
  webhookUrl: key('webhook.url', {
    part: 'run',
    type: types.alertsUrl,
    default: 'off',
    help: 'the Alertmanager that alerts are posted to',
    speaksForGroup: true,
    option: {
      group: 'outlets',
      flags: '--webhook <url>',
      help: 'the URL of an Alertmanager; incidents are posted there as alerts',
    },
  }),
  webhookHoldMs: key('webhook.hold', {
    part: 'run',
    type: types.durationAboveZero,
    default: '24h',
    help: 'how long an alert lasts',
  }),
  postJsonUrl: key('post.json', {
    part: 'run',
    type: types.secretUrl,
    default: 'off',
    help: 'where notices are posted as JSON',
    variable: 'CRUC_FLEET_POST_JSON',
  }),
  postSlackUrl: key('post.slack', {
    part: 'run',
    type: types.secretUrl,
    default: 'off',
    help: "a webhook of Slack, or of what takes Slack's messages",
    variable: 'CRUC_FLEET_POST_SLACK',
  }),
} as const satisfies Readonly<Record<string, Key>>;

function sender({ hostName }: FallbackContext): Fallback {
  const address = `cruc-fleet@${hostName}`;
  const fits = types.mailAddress.parse(address) !== undefined;
  return { texts: [fits ? address : 'cruc-fleet@localhost'], origin: null };
}

function tls({ settled }: FallbackContext): Fallback {
  return { texts: [settled(USER).texts[0] === 'none' ? 'opportunistic' : 'required'], origin: null };
}

function stateFile({ env }: FallbackContext): Fallback {
  const { folder, variable } = xdgFolder('state', { env, home: '~' });
  if (variable === null || !isPath(folder)) {
    return { texts: [`${xdgFolder('state', { env: {}, home: '~' }).folder}/check.json`], origin: null };
  }
  return { texts: [path.join(folder, 'check.json')], origin: `default, in $${variable}` };
}
