import type { Gateway, Target } from '../model/target.ts';
import type { Section } from '../yaml/section.ts';

/** One rack of an inventory, without its sleds. */
export interface Rack {
  /** As the file writes it: `3` and `03` are one rack, and the spelling of the file is the one shown. */
  readonly id: string;
  readonly name: string | null;
  /** Its id in the control plane, where the file says it. */
  readonly uuid?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The gateways of the sleds that name none of their own, tried in order. */
  readonly gateways: readonly Gateway[];
}

/** What an inventory file says, every default filled in: racks and sleds in the order of `bySled`. */
export interface Inventory {
  readonly file: string;
  readonly racks: readonly Rack[];
  readonly targets: readonly Target[];
  /** What it says of the command `check`, which `config/` reads; null where it says nothing. */
  readonly check: Section | null;
}

/** What a file may refer to and does not hold. */
export interface InventoryContext {
  /** What `~` stands for: an absolute path. */
  readonly home: string;
  /** What `$USER` stands for. */
  readonly user: string;
  /** The value of `SSH_AUTH_SOCK`, or null where no agent runs. */
  readonly agentSocket: string | null;
  /** Where we keep what a run learns: `cruc-fleet` in `$XDG_STATE_HOME` or its default. */
  readonly stateFolder: string;
  /** The folder that relative paths of the file start from: the file's own. */
  readonly baseDir: string;
}
