import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { makeFolder } from '../../files/make-folder.ts';
import { FleetError } from '../../model/error.ts';
import { mdoc } from '../../manual/mdoc.ts';
import type { CommandContext } from '../command-context.ts';
import { manualPages, pageOf } from './manual-pages.ts';

/** Adds `man`: a page of the manual on a terminal, or its text. */
export function addManCommand(command: Command, context: CommandContext): void {
  const { surroundings, setExitCode } = context;
  command
    .description(
      'Shows the page of the manual of a command, made from what its help is made of: by man or mandoc on a terminal, or ' +
        'as plain help where neither is installed. Off a terminal it writes the page as mdoc.',
    )
    .argument('[command...]', 'the command, such as silence add; the program itself when none is given')
    .addOption(new Option('--into <folder>', 'write every page into this folder instead').hideHelp())
    .addHelpText('after', `\n${HELP}`)
    .action(async (path: readonly string[], { into }: { readonly into?: string }) => {
      const program = await context.wholeProgram();
      const date = pageDate(surroundings.env['SOURCE_DATE_EPOCH'], surroundings.now());
      if (into !== undefined) {
        await writePages(program, resolve(surroundings.cwd, into), date);
        return;
      }
      const page = mdoc(pageOf(commandAt(program, path)), date);
      const { out } = surroundings.terminal;
      if (!out.isTerminal || surroundings.show === null) {
        out.write(page);
        return;
      }
      for (const [reader, ...words] of READERS) {
        if (await surroundings.show(reader, words, page)) return;
      }
      setExitCode(await context.run([...path, '--help'], surroundings));
    });
}

/** What shows a page that it is given on standard input. */
const READERS = [
  ['man', '-l', '-'],
  ['mandoc', '-a'],
] as const;

const HELP = `Examples:
  cruc-fleet man                        the program
  cruc-fleet man ds-state               a command
  cruc-fleet man silence add | mandoc   a page as text
  man cruc-fleet-ds-state               where npm has put the pages into man's path

Exit status:
  0    shown or written
  64   wrong usage
  74   standard output could not be written`;

/** A build that is repeated gives the same pages: SOURCE_DATE_EPOCH says when. */
function pageDate(epoch: string | undefined, now: Date): Date {
  return /^\d{1,12}$/.test(epoch ?? '') ? new Date(Number(epoch) * 1000) : now;
}

function commandAt(program: Command, path: readonly string[]): Command {
  let command = program;
  for (const name of path) {
    const found = command.commands.find((each) => each.name() === name);
    if (found === undefined) {
      const where = command === program ? 'cruc-fleet' : `cruc-fleet ${command.name()}`;
      throw new FleetError('usage', `man: there is no command '${name}' (${where} --help lists them)`);
    }
    command = found;
  }
  return command;
}

async function writePages(program: Command, folder: string, date: Date): Promise<void> {
  await makeFolder(folder, 0o755);
  for (const page of manualPages(program)) {
    await writeFile(join(folder, `${page.name}.1`), mdoc(page, date));
  }
}
