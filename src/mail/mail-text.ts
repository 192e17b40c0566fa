import { printable } from '../model/printable.ts';
import type { MailChange } from './mail-change.ts';
import type { MailContent, MailSection } from './mail-content.ts';
import type { MailEntry } from './mail-entry.ts';
import { displayWidth } from '../drawing/display-width.ts';
import {
  elsewhereLines,
  legendOf,
  rackMapLines,
  SLED_STATES,
  VM_MARK,
  VM_MEANING,
  type RackMap,
} from '../drawing/rack-map.ts';
import { wrapped } from '../drawing/wrap.ts';

/** Columns of a mail's text: what a reader's window and a quoted answer have room for. */
const WIDTH = 78;
/** A change's word and the blank after it. */
const WORD_WIDTH = 10;
/** Stands for a blank where a line must not end. */
const NO_BREAK = '\u00a0';

/** A mail as plain text. Only words that are longer than a line, such as zones, go beyond 78 columns. */
export function mailText(content: MailContent): string {
  const blocks = [
    [...flowing(content.verdict), ...flowing(content.situation)],
    block('What changed since the last mail', [
      ...content.changes.items.flatMap(changeLines),
      ...moreLines(content.changes.more, content.allCommand),
    ]),
    block('What next', nextLines(content)),
    ...content.sections.map((section) => sectionLines(section, content.allCommand)),
    ...content.racks.items.map((map) => mapLines(map, content.vmSleds)),
    block('', moreRacks(content)),
    block('Missing and partial answers', listLines(content.coverage)),
    block('Problems with the check itself', listLines(content.troubles)),
    flowing(content.made),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${printable(line).trimEnd()}\n`).join(''))
    .join('\n');
}

function flowing(text: string, indent = '', hanging = indent): readonly string[] {
  // What stands for a control character takes a column too.
  return wrapped(indent + printable(text), WIDTH, hanging);
}

/** Items with commas between; no item is broken. */
function whole(items: readonly string[], indent: string): readonly string[] {
  if (items.length === 0) return [];
  const unbroken = items.map((item) => item.replaceAll(' ', NO_BREAK)).join(', ');
  return flowing(unbroken, indent, `${indent}  `).map((line) => line.replaceAll(NO_BREAK, ' '));
}

/** A title, a line under it, and lines; nothing without lines. */
function block(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0 || title === '') return lines;
  return [title, '-'.repeat(displayWidth(title)), ...lines];
}

/** Above what shares it. */
function headingLines(heading: string | null): readonly string[] {
  return heading === null ? [] : [...flowing(heading), ''];
}

function listLines(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => flowing(line, '- ', '  '));
}

function moreLines(more: number, command: string): readonly string[] {
  return more === 0 ? [] : ['', `and ${more} more: run ${command}`];
}

/** What to do, and the command that shows how it is now. */
function nextLines({ next, command }: MailContent): readonly string[] {
  const steps = next.flatMap(({ text, command: own }) => [
    ...flowing(text),
    '',
    ...(own === null ? [] : [`  ${own}`, '']),
  ]);
  return [...steps, 'To see it live:', '', `  ${command}`];
}

function changeLines({ heading, word, what, where, since }: MailChange): readonly string[] {
  const hanging = ' '.repeat(WORD_WIDTH);
  const [first = '', ...others] = what;
  // A word that is too long for its column has a line of its own.
  const lead =
    word.length < WORD_WIDTH
      ? flowing(first, `${word.padEnd(WORD_WIDTH - 1)} `, hanging)
      : [word, ...flowing(first, hanging)];
  return [
    ...headingLines(heading),
    ...lead,
    ...others.flatMap((line) => flowing(line, hanging)),
    ...where.flatMap((line) => flowing(line, hanging)),
    ...(since === null ? [] : flowing(since, hanging)),
  ];
}

function sectionLines(section: MailSection, command: string): readonly string[] {
  return block(section.title, [
    ...(section.about === null ? [] : flowing(section.about)),
    ...section.entries.flatMap((entry, index) => [
      ...(index === 0 && section.about === null ? [] : ['']),
      ...entryLines(entry),
    ]),
    ...(section.briefly.length === 0 ? [] : ['', 'In brief:', '']),
    ...section.briefly.flatMap(briefLines),
    ...moreLines(section.more, command),
  ]);
}

function briefLines(entry: MailEntry): readonly string[] {
  const texts = [...entry.messages, ...entry.remarks].join('; ');
  return [
    ...headingLines(entry.heading),
    ...flowing(`${entry.severity.toUpperCase()} ${entry.title}: ${texts}`, '* ', '    '),
    ...entry.where.flatMap((line) => flowing(line, '    ')),
  ];
}

function entryLines(entry: MailEntry): readonly string[] {
  const hanging = '    ';
  const { states } = entry;
  return [
    ...headingLines(entry.heading),
    ...flowing(`${entry.severity.toUpperCase()} ${entry.title}`, '* ', hanging),
    ...entry.messages.flatMap((line) => flowing(line, hanging)),
    ...entry.remarks.flatMap((line) => flowing(line, hanging)),
    ...entry.facts.flatMap(([name, value]) => flowing(`${name.padEnd(9)}${value}`, hanging)),
    ...(states === null
      ? []
      : whole(
          states.map((state, index) => `${index === 0 ? 'downstairs ' : ''}${index} ${state}`),
          hanging,
        )),
    ...whole(
      entry.counters.map(({ name, values }) => `${name} ${values.join('/')}`),
      hanging,
    ),
  ];
}

function mapLines(map: RackMap, vmSleds: ReadonlySet<string>): readonly string[] {
  const drawing = rackMapLines(map, vmSleds);
  const marks = map.cubbies.some((seen) => seen !== null && vmSleds.has(seen.sled.id));
  const others = elsewhereLines(map).flatMap((line) => flowing(line, '    ', '      '));
  const title = `Rack ${map.rack} as this run saw it`;
  if (drawing.length === 0 && others.length === 0) return [];
  return block(title, [
    ...(drawing.length === 0
      ? []
      : [
          ...drawing.map((line) => `  ${line}`),
          '',
          ...legendLines(map),
          ...(marks ? flowing(`${VM_MARK}: ${VM_MEANING}`, '  ', '    ') : []),
        ]),
    ...(others.length === 0 ? [] : ['Sleds whose cubby is not known:', ...others]),
  ]);
}

function legendLines(map: RackMap): readonly string[] {
  return legendOf(map).flatMap(({ state, which }) => {
    const { word, meaning } = SLED_STATES[state];
    return flowing(`${word}: ${meaning} (${which})`, '  ', '    ');
  });
}

function moreRacks({ racks, allCommand }: MailContent): readonly string[] {
  return racks.more === 0 ? [] : flowing(`and ${racks.more} more racks: run ${allCommand}`);
}
