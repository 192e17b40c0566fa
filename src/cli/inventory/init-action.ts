import {
  firstInventory,
  holdsCubbies,
  parseSledPrefix,
  takenForGranted,
  type FirstHosts,
} from '../../import/first-inventory.ts';
import { parseDestination } from '../../inventory/address.ts';
import { parseTemplate } from '../../inventory/pattern.ts';
import { isRackWord, MAX_CUBBY, RACK_WORD } from '../../inventory/words.ts';
import { FleetError } from '../../model/error.ts';
import { parseNumberSet } from '../../model/number-set.ts';
import { EXIT } from '../exit-code.ts';
import { openInventoryFile, parseFile, writeInventory } from './import-file.ts';
import { withQuestions, type AskPerson } from '../questions.ts';
import type { Surroundings } from '../surroundings.ts';

export interface InitOptions {
  readonly inventory?: string;
  readonly rack?: string;
  readonly cubbies?: string;
  readonly addressPrefix?: string;
  readonly host?: string;
  readonly gateway?: readonly string[];
}

const PREFIX = 'the /64 of a sled, such as fd00:1122:3344:101::/64';
const ALL_CUBBIES = `0-${MAX_CUBBY}`;

/** Makes a first inventory of what the options say, and asks for the rest. Never overwrites one. */
export async function initInventory(options: InitOptions, surroundings: Surroundings): Promise<number> {
  const opened = await openInventoryFile(options.inventory, surroundings);
  const { file } = opened;
  if (opened.text !== null) {
    throw new FleetError(
      'inventory',
      `${file} is there already and is left as it is; name another with -i, or add to it with inventory import`,
    );
  }
  if (options.addressPrefix !== undefined && options.host !== undefined) {
    throw new FleetError('usage', 'give one of --address-prefix and --host: each says where the sleds are');
  }
  return await withQuestions(surroundings, 'interrupted: nothing was written', async (ask) => {
    const id = await value<string>(
      options.rack,
      '--rack',
      'What is the id of the rack, such as 3? ',
      ask,
      (text) => (isRackWord(text) ? text : RACK_WORD_MISFIT),
    );
    const cubbiesText = await value<string>(
      options.cubbies ?? (ask === null ? ALL_CUBBIES : undefined),
      '--cubbies',
      `Which cubbies have a sled? (${ALL_CUBBIES}) `,
      ask,
      (text) => {
        const wanted = text === '' ? ALL_CUBBIES : text;
        return parseNumberSet(wanted, 0, MAX_CUBBY) === null
          ? { allowed: `cubbies from 0 to ${MAX_CUBBY} such as 0-31 or 0-7,9` }
          : wanted;
      },
    );
    const cubbies = parseNumberSet(cubbiesText, 0, MAX_CUBBY) ?? [];
    const hosts = await hostsOf(options, cubbies, ask);
    const gateways = options.gateway ?? (await askForGateways(ask));
    const wrong = gateways.find((each) => parseDestination(each) === null);
    if (wrong !== undefined)
      throw new FleetError('usage', `--gateway ${wrong}: allowed is [user@]host[:port]`);
    const text = firstInventory({ id, cubbiesText, cubbies, hosts, gateways });
    parseFile({ file, text }, surroundings);
    await writeInventory(opened, text);
    const { err } = surroundings.terminal;
    err.write(
      `wrote ${file}: rack ${id}, ${cubbies.length} sleds; see what it means with: cruc-fleet inventory check\n`,
    );
    const granted = takenForGranted(hosts, cubbies);
    if (granted.length > 0) err.write(`${granted.join('\n')}\n`);
    return EXIT.ok;
  });
}

interface Misfit {
  readonly allowed: string;
}

const RACK_WORD_MISFIT: Misfit = { allowed: RACK_WORD };

/** The value of an option, else of a question, which is asked again until the answer fits. */
async function value<T extends string | object>(
  given: string | undefined,
  option: string,
  question: string,
  ask: AskPerson | null,
  read: (text: string) => T | Misfit,
): Promise<T> {
  if (given !== undefined || ask === null) {
    if (given === undefined)
      throw new FleetError(
        'usage',
        `${option} is missing, and nobody can be asked, since this is not a terminal`,
      );
    const found = read(given);
    if (typeof found === 'object' && 'allowed' in found)
      throw new FleetError('usage', `${option} ${given}: allowed is ${found.allowed}`);
    return found;
  }
  for (let hint = ''; ;) {
    const line = await ask(hint + question);
    if (line === null) throw new FleetError('usage', 'not everything was answered: nothing was written');
    const found = read(line);
    if (typeof found !== 'object' || !('allowed' in found)) return found;
    hint = `allowed is ${found.allowed}\n`;
  }
}

async function hostsOf(
  { addressPrefix, host }: InitOptions,
  cubbies: readonly number[],
  ask: AskPerson | null,
): Promise<FirstHosts> {
  const byPrefix = (text: string): FirstHosts | Misfit => {
    const prefix = parseSledPrefix(text);
    if (prefix === null) return { allowed: `${PREFIX}; a shorter prefix does not tell which /64 a sled has` };
    return holdsCubbies(prefix, cubbies)
      ? { by: 'prefix', prefix }
      : { allowed: 'a /64 that is followed by one for each further cubby' };
  };
  const byPattern = (text: string): FirstHosts | Misfit =>
    parseTemplate(text)?.varies === true
      ? { by: 'pattern', pattern: text }
      : { allowed: 'a host with {cubby} in it, such as rack3-{cubby}' };
  if (host !== undefined) return await value(host, '--host', '', ask, byPattern);
  const question = `Where are its sleds? The /64 of cubby ${Math.min(...cubbies)} (fd00:1122:3344:101::/64), or a pattern (rack3-{cubby}): `;
  return await value(addressPrefix, '--address-prefix', question, ask, (text) =>
    text.includes('{') && addressPrefix === undefined ? byPattern(text) : byPrefix(text),
  );
}

async function askForGateways(ask: AskPerson | null): Promise<readonly string[]> {
  if (ask === null) return [];
  for (let hint = ''; ;) {
    const line = await ask(
      `${hint}Which gateways lead to them? ([user@]host[:port], with commas; empty for none) `,
    );
    const gateways = (line ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
    if (gateways.every((each) => parseDestination(each) !== null)) return gateways;
    hint = 'allowed is [user@]host[:port]\n';
  }
}
