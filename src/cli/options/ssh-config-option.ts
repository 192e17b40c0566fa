import type { Command } from 'commander';

/** The option that says which configuration of OpenSSH is read. */
export interface SshConfigOption {
  readonly sshConfig?: string;
}

export function addSshConfigOption(command: Command): Command {
  return command.option(
    '-F, --ssh-config <file>',
    "OpenSSH's configuration, or none (default: $CRUC_FLEET_SSH_CONFIG, else ~/.ssh/config and /etc/ssh/ssh_config)",
  );
}
