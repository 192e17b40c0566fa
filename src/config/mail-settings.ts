import type { MailRoute, MailSettings } from '../model/mail-route.ts';
import { hostPort } from '../model/host-port.ts';
import { readCredentials, type Login } from './credentials.ts';
import { SOURCES, type Key } from './key.ts';
import { KEYS } from './keys.ts';
import { problemAt, type ConfigProblem } from './config-problem.ts';
import type { SmtpServer } from './value-types.ts';
import { pathOf, type Values } from './values.ts';

/** How mails are sent, and what there is to say of it. */
export interface MailSetup {
  readonly mail: MailSettings | null;
  /** A value by which somebody is to be mailed is given anywhere, right or wrong. */
  readonly isWanted: boolean;
  readonly login: Login;
  readonly problems: readonly ConfigProblem[];
  /** What is in force where it is not what is written. */
  readonly inForce: ReadonlyMap<Key, string>;
  /** A key that is given and not used, and why. */
  readonly unused: ReadonlyMap<Key, string>;
}

/** The keys by which somebody is mailed. */
const WAYS: readonly Key[] = [KEYS.mailTo, KEYS.smtp, KEYS.sendmail];

/** The keys that say how mails are, and neither to whom nor by what way they go. */
const MANNERS: readonly Key[] = Object.values<Key>(KEYS).filter(
  (key) => key.name.startsWith('mail.') && !WAYS.includes(key),
);

/** Puts the mail settings together; where they cannot work nobody is mailed, and a problem says why. */
export async function setUpMail(
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
): Promise<MailSetup> {
  const problems: ConfigProblem[] = [];
  const say = (key: Key, text: string): void => {
    problems.push(problemAt(values.settled(key), text));
  };
  const unused = new Map<Key, string>();
  const server = values.one(KEYS.smtp);
  const program = pathOf(values, KEYS.sendmail);
  const way = chooseWay(values, unused, say);
  const login: Login =
    way === 'smtp' ? await readCredentials(values, env, problems) : { credentials: null, origin: null };
  const route =
    way === 'smtp' && server !== null
      ? smtpRoute(values, server, say)
      : way === 'sendmail' && program !== null
        ? ({ kind: 'sendmail', path: program } as const)
        : null;
  const inForce = new Map<Key, string>();
  if (route?.kind === 'smtp') {
    inForce.set(KEYS.smtp, `${route.tls === 'implicit' ? 'smtps' : 'smtp'}://${hostPort(route)}`);
    if (route.tls === 'implicit') inForce.set(KEYS.tls, 'implicit, from smtps://');
  }

  const to = values.list(KEYS.mailTo);
  if (way === 'none') sayWhatIsMissing(values, to, say);
  if (route !== null && to.length === 0) {
    const key = route.kind === 'smtp' ? KEYS.smtp : KEYS.sendmail;
    say(key, `${key.name} is given without a recipient: add mail.to or --mail-to`);
  }
  const mail =
    route === null || to.length === 0
      ? null
      : {
          route,
          from: values.one(KEYS.mailFrom),
          to,
          credentials: login.credentials,
          html: values.one(KEYS.html),
        };
  const isWanted = WAYS.some((key) => values.settled(key).source !== 'default');
  return { mail, isWanted, login, problems, inForce, unused };
}

/** Of a mail server and a sendmail program the nearer one is used; of two that are equally near, neither. */
function chooseWay(
  values: Values,
  unused: Map<Key, string>,
  say: (key: Key, text: string) => void,
): 'smtp' | 'sendmail' | 'none' | 'both' {
  const hasServer = values.one(KEYS.smtp) !== null;
  const hasProgram = values.one(KEYS.sendmail) !== null;
  if (!hasServer && !hasProgram) return 'none';
  if (!hasServer || !hasProgram) return hasServer ? 'smtp' : 'sendmail';
  const server = values.settled(KEYS.smtp);
  const program = values.settled(KEYS.sendmail);
  const difference = SOURCES.indexOf(server.source) - SOURCES.indexOf(program.source);
  if (difference === 0) {
    say(KEYS.smtp, `mail.smtp and mail.sendmail (${program.origin}) are both given: leave one out`);
    return 'both';
  }
  if (difference < 0) unused.set(KEYS.sendmail, `not used, since ${server.origin} gives mail.smtp`);
  else unused.set(KEYS.smtp, `not used, since ${program.origin} gives mail.sendmail`);
  return difference < 0 ? 'smtp' : 'sendmail';
}

function smtpRoute(
  values: Values,
  { isImplicitTls, host, port }: SmtpServer,
  say: (key: Key, text: string) => void,
): MailRoute & { readonly kind: 'smtp' } {
  const tls = values.one(KEYS.tls);
  if (isImplicitTls && tls === 'off') {
    say(KEYS.tls, 'mail.tls is off and mail.smtp is smtps://, which is TLS from the start: leave one out');
  }
  // https://www.rfc-editor.org/rfc/rfc8314#section-3.3: a login is submission, and not relay.
  const usual = isImplicitTls ? 465 : values.one(KEYS.user) === null ? 25 : 587;
  return {
    kind: 'smtp',
    host,
    port: port ?? usual,
    tls: isImplicitTls ? 'implicit' : tls,
    caFile: pathOf(values, KEYS.caFile),
  };
}

/** Something of mails is given, and no way to send them: that must not look like a mail that nobody asked for. */
function sayWhatIsMissing(
  values: Values,
  to: readonly string[],
  say: (key: Key, text: string) => void,
): void {
  if (to.length > 0) {
    say(
      KEYS.mailTo,
      'mail.to is given without a way to send: add mail.smtp (--smtp) or mail.sendmail (--sendmail)',
    );
    return;
  }
  const [given] = MANNERS.filter((key) => {
    const { source, texts } = values.settled(key);
    return source !== 'environment' && source !== 'default' && texts[0] !== 'none' && texts[0] !== 'off';
  });
  if (given !== undefined) {
    say(given, `${given.name} is given and nobody is mailed: add mail.to, and mail.smtp or mail.sendmail`);
  }
}
