import type { Fault, ToldFault } from './fault.ts';
import { LINK_FAULTS } from './rows/links.ts';
import { COMMAND_FAULTS } from './rows/commands.ts';
import { DTRACE_FAULTS } from './rows/dtrace.ts';
import { GATEWAY_FAULTS } from './rows/gateways.ts';
import { HOME_FAULTS } from './rows/home.ts';
import { HOST_KEY_FAULTS } from './rows/host-keys.ts';
import { LOGIN_FAULTS } from './rows/logins.ts';
import { PIPE_FAULTS } from './rows/pipes.ts';
import { RUN_FAULTS } from './rows/run.ts';
import { WAY_FAULTS } from './rows/way.ts';
import { TOOL_FAULTS } from './rows/tools.ts';
import { LOGINS, type WayName } from './ways.ts';

/** Every fault that is made on simulated sleds, in the order of `docs/faults.md`. */
export const FAULT_TABLE: readonly Fault[] = [
  ...WAY_FAULTS,
  ...HOST_KEY_FAULTS,
  ...LOGIN_FAULTS,
  ...GATEWAY_FAULTS,
  ...PIPE_FAULTS,
  ...COMMAND_FAULTS,
  ...HOME_FAULTS,
  ...DTRACE_FAULTS,
  ...TOOL_FAULTS,
  ...RUN_FAULTS,
];

/** With those of a network that is made for them. */
export const ALL_FAULTS: readonly ToldFault[] = [...LINK_FAULTS, ...FAULT_TABLE];

export const waysOf = ({ ways }: ToldFault): readonly WayName[] => ways ?? LOGINS;
