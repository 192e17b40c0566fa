import { Option } from 'commander';
import { forSetting, settingOf, type CommandLineValue } from '../../config/given-options.ts';
import { resolveCheckConfig, type CheckResolution } from '../../config/resolve.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { CONFIG_OPTIONS, type ConfigOptions } from '../options/config-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** The configuration in force: the options over the files over the defaults. */
export async function openConfig(
  options: ConfigOptions,
  inventory: Inventory | null,
  surroundings: Surroundings,
): Promise<CheckResolution> {
  return await resolveCheckConfig({
    explicit: options.config,
    given: givenBy(options),
    inventorySection: inventory?.check ?? null,
    env: surroundings.env,
    cwd: surroundings.cwd,
    home: surroundings.home,
    hostName: surroundings.hostName,
  });
}

function givenBy(options: ConfigOptions): readonly CommandLineValue[] {
  const named = CONFIG_OPTIONS.flatMap(({ flags, key }): readonly CommandLineValue[] => {
    const { name, attribute } = nameOf(flags);
    const texts = options[attribute];
    // An option whose value may be left out.
    if (texts === true) return [{ key, texts: ['true'], option: name }];
    if (!Array.isArray(texts)) return [];
    return texts.map((text) => ({ ...settingOf(`${key}=${String(text)}`), option: name }));
  });
  return [...named, ...(options.for ?? []).map(forSetting), ...(options.set ?? []).map(settingOf)];
}

function nameOf(flags: string): { readonly name: string; readonly attribute: string } {
  const option = new Option(flags);
  return { name: option.long ?? flags, attribute: option.attributeName() };
}
