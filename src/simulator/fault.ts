/** What can be wrong with a simulated sled. */
export const FAULTS = {
  refused: 'nothing listens on its port',
  silent: 'TCP is accepted, then nothing is said',
  'banner-hang': 'the SSH version line comes, then nothing',
  auth: 'every key is rejected',
  'wrong-host-key': 'its host key is not the one in known_hosts',
  'drop-handshake-once': 'the first connection is dropped in the handshake, later ones work',
  'no-exec': 'commands are refused',
  hang: 'a command is accepted and never ends',
  cut: 'the connection breaks in the middle of the output',
  flood: 'a command prints without end',
  'no-dtrace-privileges': 'dtrace lacks its privileges',
  'no-dtrace': 'there is no dtrace device',
  'disk-full': 'no space is left for uploads',
  'read-only': 'the file system takes no uploads',
} as const;

export type FaultName = keyof typeof FAULTS;

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}
