import type { Command, Option } from 'commander';
import type { ManualOption, ManualPage } from '../../manual/manual-page.ts';

const WIDTH = 100;

/** The pages of a command and of all commands in it, made of what their help is made of. */
export function manualPages(command: Command): readonly ManualPage[] {
  return [pageOf(command), ...innerCommands(command).flatMap(manualPages)];
}

/** The page of a command alone. */
export function pageOf(command: Command): ManualPage {
  const help = command.createHelp();
  help.helpWidth = WIDTH;
  const path = pathOf(command);
  const options = help.visibleOptions(command);
  const headings = new Set(options.map(headingOf));
  const inner = innerCommands(command);
  return {
    name: path.join('-'),
    command: path.join(' '),
    summary: summaryOf(command),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      isRequired: argument.required,
      isRest: argument.variadic,
    })),
    takesOptions: options.length > 1,
    description: help.commandDescription(command),
    argumentHelp: help
      .visibleArguments(command)
      .map((argument) => ({ term: argument.name(), help: help.argumentDescription(argument) })),
    optionGroups: [...headings].map((heading) => ({
      heading: heading.replace(/:$/, ''),
      options: options.filter((option) => headingOf(option) === heading).map(optionOf),
    })),
    more: moreHelp(command),
    commands: inner.map((each) => ({
      term: help.subcommandTerm(each),
      help: summaryOf(each),
      page: pathOf(each).join('-'),
    })),
    seeAlso: seeAlso(command),
  };

  function optionOf(option: Option): ManualOption {
    return {
      names: [option.short, option.long].filter((name) => name !== undefined),
      value: option.required || option.optional ? (/[<[](.*)[>\]]/.exec(option.flags)?.[1] ?? null) : null,
      isValueOptional: option.optional,
      help: help.optionDescription(option),
    };
  }
}

/** Without `help`, which has no page. */
function innerCommands(command: Command): readonly Command[] {
  return command.commands.filter((each) => each.name() !== 'help');
}

function headingOf(option: Option): string {
  return option.helpGroupHeading ?? 'Options:';
}

function pathOf(command: Command): readonly string[] {
  const above = command.parent === null ? [] : pathOf(command.parent);
  return [...above, command.name()];
}

function summaryOf(command: Command): string {
  const summary = command.summary();
  const first = command.description().split(/(?<=\.) /)[0] ?? '';
  return (summary === '' ? first : summary).replace(/\.$/, '');
}

/** The page above, and those beside it that it names. */
function seeAlso(command: Command): readonly string[] {
  const { parent } = command;
  return parent === null ? [] : [pathOf(parent).join('-')];
}

/** What the help has behind its list of options: commander gives it to whoever prints. The tree prints nothing else. */
function moreHelp(command: Command): string {
  const written: string[] = [];
  command.configureOutput({ writeOut: (text) => written.push(text) });
  command.outputHelp();
  return written.slice(1).join('\n');
}
