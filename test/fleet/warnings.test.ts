import { expect, it } from 'vitest';
import { groupWarnings, warningLine } from '../../src/fleet/warnings.ts';
import { makeSled } from '../support/sleds.ts';

const said = (cubby: number, text: string) => ({ sled: makeSled(cubby), warnings: [text] });

it('a warning that ends with a fingerprint is said once, with the fingerprint of each sled', () => {
  const text = 'its host key was not known, and is kept in F now (accept-new)';
  const grouped = groupWarnings([
    said(0, `${text}: ssh-ed25519 SHA256:aa`),
    said(1, `${text}: ssh-ed25519 SHA256:bb`),
  ]);
  expect(grouped.map(warningLine)).toEqual([
    `3/[0-1]: ${text}\n  3/BRM42220000: ssh-ed25519 SHA256:aa\n  3/BRM42220001: ssh-ed25519 SHA256:bb`,
  ]);
  expect(groupWarnings([said(0, `${text}: ssh-ed25519 SHA256:aa`)]).map(warningLine)).toEqual([
    `3/0: ${text}: ssh-ed25519 SHA256:aa`,
  ]);
});
