import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobText } from '../model/job.ts';
import type { ProbeSettings, ProbeSpec } from '../model/probe.ts';
import { shellWord } from '../model/shell-word.ts';
import { octalWords, withoutComments } from './octal-words.ts';

/** What an answer of a text says that it answers. Values that are not limited are left out. */
export function aboutText({ name }: Pick<ProbeSpec, 'name'>, settings: ProbeSettings): string {
  const { seconds, interval, pid, volume } = settings;
  return [
    `probe=${name} seconds=${seconds} interval=${interval}`,
    ...(pid === null ? [] : [`pid=${pid}`]),
    ...(volume === null ? [] : [`volume=${volume}`]),
  ].join(' ');
}

/** A probe as one text, which carries its scripts and its D program: for tools that take a command and no files. */
export function probeText(scriptsFolder: string, probe: ProbeSpec, settings: ProbeSettings): JobText {
  return {
    about: aboutText(probe, settings),
    make: async (word) => inOneLine(await readableText(scriptsFolder, probe, settings, word)),
  };
}

/** The same of a script of ours that takes no words and runs no D program. */
export function scriptText(scriptsFolder: string, name: string): JobText {
  const about = `script=${name}`;
  return {
    about,
    make: async (word) => {
      const read = (file: string) => readFile(join(scriptsFolder, file), 'utf8');
      const payload = withoutComments(await read(name));
      return inOneLine(await runnable({ word, about }, [payload], read));
    },
  };
}

/** What such a text runs, for people to read. */
export async function readableText(
  scriptsFolder: string,
  probe: ProbeSpec,
  settings: ProbeSettings,
  word: string,
): Promise<string> {
  const read = (name: string) => readFile(join(scriptsFolder, name), 'utf8');
  const payload = probe.script.endsWith('.sh')
    ? await statusPayload(probe, settings, read)
    : await tracePayload(probe, settings, read);
  return await runnable({ word, about: aboutText(probe, settings) }, payload, read);
}

async function runnable(
  values: Readonly<Record<'word' | 'about', string>>,
  payload: readonly string[],
  read: Read,
): Promise<string> {
  const names = Object.entries(values).map(([name, value]) => `${name}=${shellWord(value)}`);
  const runner = withoutComments(await read('one-text.sh'));
  return [...names, 'payload() {', ...payload, '}', runner].join('\n');
}

type Read = (name: string) => Promise<string>;

/** `get-ds-state.sh` and its like are some settings before what they share; what else they do is for people. */
async function statusPayload(
  probe: ProbeSpec,
  settings: ProbeSettings,
  read: Read,
): Promise<readonly string[]> {
  const script = await read(probe.script);
  const own = [...script.matchAll(/^(?:name|kind|columns)=(?:'[^']*'|\S+)$/gm)].map(([line]) => line);
  return [
    ...own,
    setting(await read('upstairs-status.d')),
    setArguments(probe.arguments(settings)),
    withoutComments(await read('upstairs-status.sh')),
  ];
}

async function tracePayload(
  probe: ProbeSpec,
  settings: ProbeSettings,
  read: Read,
): Promise<readonly string[]> {
  return [
    setting(await read(probe.script)),
    setArguments(['-r', probe.script, ...probe.arguments(settings)]),
    withoutComments(await read('run-d.sh')),
  ];
}

function setting(program: string): string {
  return `cruc_fleet_program=${shellWord(withoutDComments(program))}`;
}

function setArguments(words: readonly string[]): string {
  return `set -- ${words.map(shellWord).join(' ')}`;
}

/** A D program without the comments that stand on lines of their own, and without indentation. */
function withoutDComments(program: string): string {
  const lines = program.replaceAll(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*$/gm, '').split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** The same for any shell, also within single quotes: no quotes but double ones, and the shell sees nothing of them. */
function inOneLine(script: string): string {
  const words = octalWords(script).map((word) => `"${word}"`);
  return `sh -c eval\\ \\"\\$\\(printf\\ %b\\ \\"\\$@\\"\\)\\" cruc-fleet ${words.join(' ')}`;
}
