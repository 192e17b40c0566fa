import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { codeOf, FleetError } from '../model/error.ts';
import type { AskSsh } from './ask-ssh.ts';
import { hasUnknownKeyword, kindsOfHosts, type KindOfHost, type SshConfiguration } from './blocks.ts';
import { type ConfigLine, placeOf } from './config-line.ts';
import { hostToken, type Question, type SettingsContext } from './host-settings.ts';
import { readWithoutSsh } from './own-reading.ts';
import { expandTokens } from './tokens.ts';
import { readPrinted, type Said, wrappingFile } from './wrapping-file.ts';

/** What the configuration says of hosts, each asked for once. */
export interface Sayings {
  /** Rejects with a FleetError `configuration`, or `interrupted`. */
  of(question: Question): Promise<Said>;
  /** Ends what was not waited for, and removes what was written for ssh. */
  close(): Promise<void>;
}

export interface SayingsOptions {
  readonly ask: AskSsh;
  readonly context: SettingsContext;
  readonly signal: AbortSignal;
  /** Of one call of ssh. */
  readonly timeoutMs?: number;
}

const CALLS_AT_ONCE = 8;
/** A call takes 6 ms; a command of the configuration (Match exec), or a name server, may take its time. */
const TIMEOUT_MS = 15_000;

const NOTHING: Said = new Map();

/** Asks ssh, with so many calls at a time, and only for hosts that the configuration may concern. */
export function createSayings(configuration: SshConfiguration, options: SayingsOptions): Sayings {
  const { ask, context, timeoutMs = TIMEOUT_MS } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const kindOf = kindsOfHosts(configuration);
  const limit = pLimit(CALLS_AT_ONCE);
  const known = new Map<string, Promise<Said>>();
  let wrapper: Promise<Wrapper> | undefined;
  let isAbsent = false;
  let failure: unknown;
  // One call tells what ssh thinks of a word that we do not know, wherever it stands.
  let doubt = hasUnknownKeyword(configuration);

  async function call(question: Question): Promise<Said> {
    if (failure !== undefined) throw failure;
    if (signal.aborted) throw givenUp();
    if (isAbsent) return readWithoutSsh(configuration, question, context);
    wrapper ??= writeWrapper(configuration);
    const { file, realNames } = await wrapper;
    const args = ['-G', '-T', '-F', file, ...overrides(question), '--', question.host];
    const answer = await ask(args, { timeoutMs, signal });
    switch (answer.kind) {
      case 'absent':
        isAbsent = true;
        return readWithoutSsh(configuration, question, context);
      case 'given up':
        throw givenUp();
      case 'too slow': {
        const message = `ssh -G ${question.host} did not end within ${timeoutMs / 1000} s; look for a Match exec or a CanonicalizeHostname in the ssh configuration, or leave it out with -F none`;
        throw new FleetError('configuration', message);
      }
      case 'not started':
        throw new FleetError(
          'configuration',
          codeOf(answer.error) === 'EMFILE'
            ? 'no file descriptor is left to ask ssh for its configuration; raise the limit with: ulimit -n 1024'
            : 'ssh cannot be started to read its configuration; -F none leaves it out',
          { cause: answer.error },
        );
      case 'ended': {
        if (configuration.misled !== null) throw misleading(configuration.misled);
        if (answer.status !== 0) throw refusal(question.host, realNames(answer.stderr), answer.status);
        return readPrinted(answer.stdout, question.host, configuration, context.home);
      }
    }
  }

  function inTurn(question: Question): Promise<Said> {
    return limit(() => call(question)).catch((error: unknown) => {
      failure ??= error;
      throw error;
    });
  }

  return {
    of(question) {
      const kind = kindOf(question.host);
      if (kind === null && !doubt) return Promise.resolve(NOTHING);
      doubt = false;
      const key = `${kind?.key ?? ''}\n${overrides(question).join(' ')}`;
      const said = known.get(key) ?? inTurn(question);
      known.set(key, said);
      return kind === null || kind.hostName === null
        ? said
        : said.then((each) => withOwnName(each, kind.hostName, question.host));
    },
    async close() {
      closing.abort();
      const folder = await wrapper?.then(
        (written) => written.folder,
        () => null,
      );
      if (typeof folder === 'string') await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is said of many hosts, for one of them. */
function withOwnName(said: Said, hostName: KindOfHost['hostName'], host: string): Said {
  if (hostName === null) return said;
  const others = [...said].filter(([keyword]) => keyword !== 'hostname');
  if (hostName === 'unset') return new Map(others);
  const name = hostToken(expandTokens(hostName.words[0] ?? host, 'HostName', { h: host }));
  return new Map([...others, ['hostname', [name]]]);
}

/** What the inventory says goes over the configuration, and into its tokens. */
function overrides({ login, saysUser, saysPort }: Question): readonly string[] {
  return [...(saysUser ? ['-l', login.user] : []), ...(saysPort ? ['-p', String(login.port)] : [])];
}

function givenUp(): FleetError {
  return new FleetError('interrupted', 'interrupted while the ssh configuration was read');
}

function misleading(line: ConfigLine): FleetError {
  return new FleetError(
    'configuration',
    `${placeOf(line)}: Include ${line.rest} is looked for in ~/.ssh where the file is read for us; write its folder there too, or choose a file with -F`,
  );
}

function refusal(host: string, stderr: string, status: number | null): FleetError {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/terminating, \d+ bad configuration options/.test(line));
  const said = lines.join('; ') || `it ended with status ${status}`;
  return new FleetError(
    'configuration',
    `ssh -G ${host} refuses its configuration: ${said}; fix that, or leave the configuration out with -F none`,
  );
}

/** The wrapping file, on the disk. */
interface Wrapper {
  readonly folder: string;
  readonly file: string;
  /** A message of ssh, with the files as the user knows them. */
  readonly realNames: (message: string) => string;
}

async function writeWrapper(configuration: SshConfiguration): Promise<Wrapper> {
  const folder = await mkdtemp(join(tmpdir(), 'cruc-fleet-ssh-config-'));
  const file = join(folder, 'config');
  const links: { readonly link: string; readonly real: string }[] = [];
  const names: string[] = [];
  for (const [index, real] of configuration.files.entries()) {
    // An Include reads these as patterns, variables and tokens.
    if (!/["'*?[\]{}\\$%~]/.test(real)) {
      names.push(real);
      continue;
    }
    const link = join(folder, `included-${index}`);
    await symlink(real, link);
    links.push({ link, real });
    names.push(link);
  }
  await writeFile(file, wrappingFile(configuration, names), { mode: 0o600 });
  return {
    folder,
    file,
    realNames: (message) => links.reduce((text, { link, real }) => text.replaceAll(link, real), message),
  };
}
