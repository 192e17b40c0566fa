import { hostPort } from '../model/host-port.ts';
import type { Gateway, LoginOrigins } from '../model/target.ts';
import { fillCommand, wordsIn, type CommandValues } from './command-template.ts';
import type { LoginSettings } from './login-keys.ts';
import type { RackDraft, SledDraft } from './read-rack.ts';
import { report, type Reader } from '../yaml/yaml-reader.ts';

/** The way to a sled, in which no command has a word in braces any more. */
export interface FilledWay {
  readonly settings: LoginSettings;
  readonly gateways: readonly Gateway[];
}

/**
 * Puts what is known of a sled and its gateways into the commands that lead to it; reports what is not known. What was
 * put into a command is what the inventory says, even where it is a default: nothing else may change it afterwards.
 */
export function fillCommands(reader: Reader, rack: RackDraft, sled: SledDraft): FilledWay {
  const { settings } = sled;
  const ofSled: CommandValues = {
    host: sled.host?.value ?? '',
    port: String(settings.port),
    user: settings.user,
    cubby: sled.cubby === undefined ? null : String(sled.cubby.value),
    serial: sled.serial?.value ?? null,
    rack: rack.id?.value ?? '',
  };
  const fill = (command: string, values: CommandValues, where: string): string => {
    for (const word of wordsIn(command)) {
      const value = values[word];
      if (value !== null && !/\p{Cc}/u.test(value)) continue;
      const found = value === null ? `no ${word}` : `a ${word} with a control character`;
      const allowed = `allowed is a sled with a ${word}, since ${where} has {${word}}`;
      report(reader, sled.place, `found ${found}, ${allowed}`);
    }
    return fillCommand(command, values);
  };
  const filled = <L extends LoginSettings>(login: L, values: CommandValues, where: string): L => {
    const { proxyCommand, origins } = login;
    if (proxyCommand === null) return login;
    return {
      ...login,
      proxyCommand: fill(proxyCommand, values, `the proxy_command of ${where}`),
      origins: { ...origins, ...saidBy(proxyCommand) },
    };
  };
  const gateways = sled.gateways.map((gateway) => {
    const where = `gateway ${hostPort(gateway)}`;
    // It serves many sleds: what is theirs is not known where its own connection is opened.
    const { host, port, user } = gateway;
    const ofGateway = { ...ofSled, host, port: String(port), user, cubby: null, serial: null };
    const reached = filled(gateway, ofGateway, where);
    const { command } = gateway;
    return command === null
      ? reached
      : { ...reached, command: fill(command, ofSled, `the command of ${where}`) };
  });
  const ofCommands = sled.gateways.map(({ command }) => (command === null ? {} : saidBy(command)));
  const own = filled(settings, ofSled, 'the sled');
  return {
    settings:
      sled.gateways.length === 0
        ? own
        : { ...own, origins: ofCommands.reduce((all, said) => ({ ...all, ...said }), own.origins) },
    gateways,
  };
}

/** The fields of a login that stand in a command. */
function saidBy(command: string): LoginOrigins {
  const words = wordsIn(command);
  const fields = (['host', 'port', 'user'] as const).filter((field) => words.includes(field));
  return Object.fromEntries(fields.map((field) => [field, 'inventory']));
}
