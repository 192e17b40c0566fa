import { readFile } from 'node:fs/promises';
import type { Login } from '../../model/target.ts';
import { listAgentKeys } from '../agent-listing.ts';
import { emptyAgentProblem, puttyProblem } from '../key-problems.ts';

const AGENT_TIMEOUT_MS = 5_000;

/** Which keys of a login ssh could not use and did not say why, or what to do: one problem each. It asks nobody here. */
export async function unusedKeys({ identityFiles, identityAgent }: Login): Promise<readonly string[]> {
  const held = identityAgent === null ? null : await heldBy(identityAgent);
  const ofAgent = identityAgent !== null && held?.length === 0 ? [emptyAgentProblem(identityAgent)] : [];
  const ofFiles = await Promise.all(identityFiles.map((path) => problemOf(path)));
  return [...ofFiles.filter((problem) => problem !== null), ...ofAgent];
}

/** Null where the agent does not answer, which ssh says itself. */
async function heldBy(socket: string): Promise<readonly unknown[] | null> {
  return await listAgentKeys(socket, AGENT_TIMEOUT_MS).catch(() => null);
}

async function problemOf(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (/^PuTTY-User-Key-File-/m.test(text)) return puttyProblem(path);
  if (!isEncrypted(text)) return null;
  return `${path} is encrypted, and ssh cannot ask for its passphrase here: add it to an ssh agent with: ssh-add ${path}`;
}

function isEncrypted(text: string): boolean {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1] ?? '';
  const data = Buffer.from(body, 'base64');
  const from = 'openssh-key-v1\0'.length;
  if (data.length < from + 4) return false;
  const cipher = data.toString('latin1', from + 4, from + 4 + data.readUInt32BE(from));
  return cipher !== 'none';
}
