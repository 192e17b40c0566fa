import type { Credentials } from '../model/mail-route.ts';
import { describeError, FleetError } from '../model/error.ts';
import { readText, type FileKind } from '../yaml/text-file.ts';
import { KEYS } from './keys.ts';
import { problemAt, type ConfigProblem } from './config-problem.ts';
import { pathOf, type Values } from './values.ts';

const PASSWORD_VARIABLE = 'CRUC_FLEET_SMTP_PASSWORD';
const PASSWORD_FILE: FileKind = {
  code: 'configuration',
  noun: 'password file',
  oneOfIt: 'a password file',
  fileName: 'smtp-password',
  remedy: 'its first line is the password of the mail server',
};

/** Who logs in to the mail server. */
export interface Login {
  readonly credentials: Credentials | null;
  /** Where the password comes from, in words; null where there is none. */
  readonly origin: string | null;
}

interface Password {
  readonly text: string;
  readonly origin: string;
}

/**
 * The user and the password, the latter from a file or the environment. Without a password nobody logs in, and the mail
 * is still tried: better an answer of the server than no mail.
 */
export async function readCredentials(
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
  problems: ConfigProblem[],
): Promise<Login> {
  const user = values.one(KEYS.user);
  const fileGiven = values.one(KEYS.passwordFile) !== null;
  const password = (await passwordOfFile(values, problems)) ?? passwordOfEnvironment(env);
  if (user !== null && password === null && !fileGiven) {
    const text = `mail.user is given without a password: set $${PASSWORD_VARIABLE} or mail.password_file`;
    problems.push(problemAt(values.settled(KEYS.user), text));
  }
  if (user === null && password !== null) {
    const { source } = values.settled(KEYS.passwordFile);
    const text = `a password is given without a user: add mail.user or $${KEYS.user.variable ?? ''}`;
    problems.push(problemAt({ origin: password.origin, source: fileGiven ? source : 'environment' }, text));
  }
  return {
    credentials: user === null || password === null ? null : { user, password: password.text },
    origin: password?.origin ?? null,
  };
}

async function passwordOfFile(values: Values, problems: ConfigProblem[]): Promise<Password | null> {
  const file = pathOf(values, KEYS.passwordFile);
  if (file === null) return null;
  const say = (text: string): void => {
    problems.push(problemAt(values.settled(KEYS.passwordFile), `mail.password_file: ${text}`));
  };
  try {
    const lines = (await readText(PASSWORD_FILE, file)).replace(/^\uFEFF/, '').split(/\r?\n/, 1);
    if (lines[0] !== undefined && lines[0] !== '') return { text: lines[0], origin: `first line of ${file}` };
    say(`the first line of ${file} is empty, allowed is a password`);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    say(describeError(error));
  }
  return null;
}

function passwordOfEnvironment(env: Readonly<Record<string, string | undefined>>): Password | null {
  const text = env[PASSWORD_VARIABLE] ?? '';
  return text === '' ? null : { text, origin: `$${PASSWORD_VARIABLE}` };
}
