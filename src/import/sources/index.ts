import type { Source } from '../source.ts';
import { mgs } from './mgs.ts';
import { omdbSledInstances } from './omdb-sled-instances.ts';
import { omdbSleds } from './omdb-sleds.ts';
import { oxideApi } from './oxide-api.ts';
import { pilotSpLs } from './pilot-sp-ls.ts';
import { sledInfo } from './sled-info.ts';
import { sshConfig } from './ssh-config.ts';
import { sush } from './sush.ts';
import { wicket } from './wicket.ts';

/** Every kind of text that tells of sleds, as `--from` names it. A new one is a file beside this one and a line here. */
export const SOURCES = {
  'omdb-sleds': omdbSleds,
  'omdb-sled-instances': omdbSledInstances,
  'pilot-sp-ls': pilotSpLs,
  'oxide-api': oxideApi,
  'sled-info': sledInfo,
  wicket,
  sush,
  mgs,
  'ssh-config': sshConfig,
} as const satisfies Readonly<Record<string, Source>>;

export type SourceName = keyof typeof SOURCES;

export const SOURCE_NAMES: readonly SourceName[] = Object.keys(SOURCES).filter(isSourceName);

export function isSourceName(text: string): text is SourceName {
  return Object.hasOwn(SOURCES, text);
}
