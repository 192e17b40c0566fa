import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import ssh2, { type AuthContext, type ParsedKey } from 'ssh2';
import { describe, expect, it, vi } from 'vitest';
import { NO_SHA1 } from '../../src/transport/key-file.ts';
import { createKeyRing } from '../../src/transport/key-ring.ts';
import { type HeldKey, type TestAgent, startAgent } from './support/agent.ts';
import { never, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { type KeyPair, acceptUserKey, makeKey, userKey } from './support/simple-server.ts';

const bench = useBench();
const ecdsa = 'ecdsa-sha2-nistp256';
const wrongKey = makeKey();
const encryptedKey = ssh2.utils.generateKeyPairSync('ecdsa', {
  bits: 256,
  passphrase: 'open sesame',
  cipher: 'aes256-ctr',
  rounds: 4,
});

function encrypted(): string {
  return bench.place.file('id_encrypted', encryptedKey.private);
}

/** The encrypted key as an agent holds it. */
function opened(): KeyPair {
  const key = ssh2.utils.parseKey(encryptedKey.private, 'open sesame');
  if (key instanceof Error) throw key;
  return { private: key.getPrivatePEM(), public: encryptedKey.public };
}

async function agent(...held: readonly HeldKey[]): Promise<TestAgent & { readonly path: string }> {
  const path = join(bench.place.directory, 'agent');
  const started = await startAgent(path, held);
  bench.cleanup(() => started.close());
  return { ...started, path };
}

function held(comment: string, key = userKey): HeldKey {
  return { comment, key, type: ecdsa };
}

function acceptAnyKey(context: AuthContext): void {
  if (context.method === 'publickey') context.accept();
  else context.reject(['publickey']);
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'sign' in key;
}

describe('key files', () => {
  it('are offered in order until one is accepted, after none, which tells what the server takes', async () => {
    const methods: string[] = [];
    const server = await bench.server({
      onAuth: (context) => {
        methods.push(context.method);
        acceptUserKey(context);
      },
    });
    const wrong = bench.place.file('id_wrong', wrongKey.private);
    const target = bench.target(server, { identityFiles: [wrong, bench.place.keyPath] });
    await (await bench.transport.connect(target, never)).close();
    // The wrong key is asked about; the right one is asked about, then signed with.
    expect(methods).toEqual(['none', 'publickey', 'publickey', 'publickey']);
  });

  it('are named in the error when all are refused', async () => {
    const server = await bench.server();
    const wrong = bench.place.file('id_wrong', wrongKey.private);
    const missing = join(bench.place.directory, 'id_missing');
    const target = bench.target(server, { identityFiles: [wrong, missing] });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain(`root@127.0.0.1:${server.port} refused every key`);
    expect(error.message).toContain(`offered: ${wrong} (${ecdsa})`);
    expect(error.message).toContain(`${missing} does not exist`);
    expect(error.message).toContain('authorized_keys of root');
    expect(server.accepted()).toBe(1);
  });

  it('may be missing as long as another one works', async () => {
    const server = await bench.server();
    const identityFiles = [join(bench.place.directory, 'id_missing'), bench.place.keyPath];
    await (await bench.transport.connect(bench.target(server, { identityFiles }), never)).close();
  });

  it('that cannot be used are said when the server wants one', async () => {
    const server = await bench.server();
    const identityFiles = [join(bench.place.directory, 'id_missing'), bench.place.file('id_junk', 'junk\n')];
    const error = await failure(bench.transport.connect(bench.target(server, { identityFiles }), never));
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain('id_missing does not exist');
    expect(error.message).toContain('id_junk is not a private key');
  });

  it('are asked for when there is not one', async () => {
    const server = await bench.server();
    const error = await failure(bench.transport.connect(bench.target(server, { identityFiles: [] }), never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('name an identity file');
  });

  it.each(['', 'ENCRYPTED '])('in PKCS#8 (%s) are refused with the way to convert them', async (kind) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem =
      kind === ''
        ? privateKey.export({ type: 'pkcs8', format: 'pem' })
        : privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
    const path = bench.place.file('id_pkcs8', String(pem));
    const target = bench.target(await bench.server(), { identityFiles: [path] });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain(`ssh-keygen -p -f ${path}`);
  });

  it('that others can read are refused, as by OpenSSH, with one warning a run', async () => {
    const server = await bench.server();
    const path = bench.place.file('id_open', userKey.private, 0o644);
    const warning = `${path} can be read by others, and is not used for that; protect it with: chmod 600 ${path}`;
    for (let visit = 0; visit < 2; visit += 1) {
      const target = bench.target(server, { identityFiles: [path] });
      const error = await failure(bench.transport.connect(target, never));
      expect(error.code).toBe('key_unreadable');
      expect(error.message).toContain(warning);
    }
    expect(bench.warnings).toEqual([warning]);
    const other = bench.target(server, { identityFiles: [path, bench.place.keyPath] });
    await (await bench.transport.connect(other, never)).close();
  });

  it('that others can read are used all the same where they are public', async () => {
    const server = await bench.server();
    const { path } = await agent(held('mine'));
    const identityFiles = [bench.place.file('id_public.pub', userKey.public, 0o644)];
    const target = bench.target(server, { identityFiles, identityAgent: path, identitiesOnly: true });
    await (await bench.transport.connect(target, never)).close();
    expect(bench.warnings).toEqual([]);
  });

  it('in the format of PuTTY are refused with the way to convert them', async () => {
    const text = 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: mine\n';
    const path = bench.place.file('id.ppk', text);
    const target = bench.target(await bench.server(), { identityFiles: [path] });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain(`puttygen ${path} -O private-openssh-new`);
  });

  it('of RSA do not sign with SHA-1, nor does an agent', async () => {
    const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
    const keyPath = bench.place.file('id_rsa', rsa.private);
    const keyRing = createKeyRing({ ssh2, passphraseFor: () => null, onWarning: () => {} });
    const { login } = bench.target({ port: 22 }, { identityFiles: [keyPath] });
    const data = Buffer.from('to be signed');
    const [fromFile] = (await keyRing.identitiesFor(login)).offers;
    const key = fromFile?.method.type === 'publickey' ? fromFile.method.key : null;
    if (!isParsedKey(key)) throw new Error('no parsed key');
    expect(key.verify(data, key.sign(data, 'sha256'), 'sha256')).toBe(true);
    expect(key.sign(data, 'sha1')).toEqual(new Error(NO_SHA1));

    const { path, signatures } = await agent({ comment: 'old', key: rsa, type: 'ssh-rsa' });
    const byAgent = await keyRing.identitiesFor({ ...login, identityFiles: [], identityAgent: path });
    const method = byAgent.offers[0]?.method;
    const held = method?.type === 'agent' && typeof method.agent === 'object' ? method.agent : null;
    const answer = await new Promise((resolve) => {
      held?.sign(key, data, { hash: 'sha1' }, resolve);
    });
    expect(answer).toEqual(new Error(NO_SHA1));
    expect(signatures()).toBe(0);
  });

  it('are tried five at most, so that the server does not end the connection', async () => {
    const server = await bench.server();
    const identityFiles = Array.from({ length: 7 }, (_, index) =>
      bench.place.file(`id_${index}`, makeKey().private),
    );
    const error = await failure(bench.transport.connect(bench.target(server, { identityFiles }), never));
    expect(error.message.match(/id_\d \(ecdsa/g)).toHaveLength(7);
    expect(error.message).toContain('not offered');
    expect(error.message).toContain('more than 5 keys');
  });

  it('are not offered where the server takes passwords only', async () => {
    const methods: string[] = [];
    const server = await bench.server({
      onAuth: (context) => {
        methods.push(context.method);
        context.reject(['password']);
      },
    });
    const wrong = bench.place.file('id_wrong', wrongKey.private);
    const target = bench.target(server, { identityFiles: [wrong, bench.place.keyPath] });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('takes no public keys, only password');
    expect(methods).toEqual(['none']);
  });

  it('are not offered where the inventory allows none', async () => {
    const methods: string[] = [];
    const server = await bench.server({
      onAuth: (context) => {
        methods.push(context.method);
        acceptUserKey(context);
      },
    });
    const error = await failure(bench.transport.connect(bench.target(server, { auth: ['none'] }), never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('asks for a key; offered: none; the inventory allows only none');
    expect(methods).toEqual(['none']);
  });

  it('are not enough where the server wants more, which it says', async () => {
    const server = await bench.server({
      onAuth: (context) =>
        context.method === 'none'
          ? context.reject(['publickey'])
          : context.reject(['keyboard-interactive'], true),
    });
    const error = await failure(bench.transport.connect(bench.target(server), never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('asks for more (keyboard-interactive)');
  });
});

describe('an empty password', () => {
  function asking() {
    const offered: string[] = [];
    const onAuth = (context: AuthContext): void => {
      offered.push(context.method === 'password' ? `password "${context.password}"` : context.method);
      if (context.method === 'password' && context.password === '') context.accept();
      else context.reject(['publickey', 'password']);
    };
    return { offered, onAuth };
  }

  it('is offered after none and the keys, where the inventory allows it', async () => {
    const { offered, onAuth } = asking();
    const server = await bench.server({ onAuth });
    const target = bench.target(server, { auth: ['publickey', 'empty-password'] });
    const connection = await bench.transport.connect(target, never);
    expect(connection.warnings).toEqual([]);
    await connection.close();
    expect(offered).toEqual(['none', 'publickey', 'password ""']);
  });

  it('is not offered where nothing is said', async () => {
    const { offered, onAuth } = asking();
    const error = await failure(bench.transport.connect(bench.target(await bench.server({ onAuth })), never));
    expect(error.code).toBe('authentication');
    expect(offered).toEqual(['none', 'publickey']);
  });
});

describe('an encrypted key', () => {
  const acceptEncrypted = { onAuth: acceptAnyKey };

  it('is opened once for all sleds', async () => {
    const server = await bench.server(acceptEncrypted);
    const passphraseFor = vi.fn<() => string>(() => 'open sesame');
    const parse = vi.spyOn(ssh2.utils, 'parseKey');
    const transport = bench.createTransport({ passphraseFor });
    const path = encrypted();
    const target = bench.target(server, { identityFiles: [path] });
    const connections = await Promise.all(Array.from({ length: 8 }, () => transport.connect(target, never)));
    await Promise.all(connections.map((connection) => connection.close()));
    expect(passphraseFor.mock.calls).toEqual([[path]]);
    const decryptions = parse.mock.calls.filter((call) => call[1] === 'open sesame');
    parse.mockRestore();
    expect(decryptions).toHaveLength(1);
  });

  it('is key_unreadable without its passphrase', async () => {
    const target = bench.target(await bench.server(), { identityFiles: [encrypted()] });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain('id_encrypted is encrypted and no passphrase was given');
  });

  it('is key_unreadable with a wrong passphrase', async () => {
    const transport = bench.createTransport({ passphraseFor: () => 'wrong' });
    const target = bench.target(await bench.server(), { identityFiles: [encrypted()] });
    const error = await failure(transport.connect(target, never));
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain('the passphrase given does not open it');
  });

  it('needs no passphrase where the agent holds it', async () => {
    const server = await bench.server(acceptEncrypted);
    const { path, signatures } = await agent(held('mine', opened()));
    const passphraseFor = vi.fn<() => null>(() => null);
    const transport = bench.createTransport({ passphraseFor });
    const target = bench.target(server, {
      identityFiles: [encrypted()],
      identityAgent: path,
      identitiesOnly: true,
    });
    await (await transport.connect(target, never)).close();
    expect(passphraseFor).not.toHaveBeenCalled();
    expect(signatures()).toBe(1);
  });
});

describe('an ssh agent', () => {
  it('signs, and is asked once for its keys', async () => {
    const server = await bench.server();
    const { path, listings, signatures } = await agent(held('other', wrongKey), held('mine'));
    const target = bench.target(server, { identityFiles: [], identityAgent: path });
    const connections = await Promise.all([1, 2, 3].map(() => bench.transport.connect(target, never)));
    await Promise.all(connections.map((connection) => connection.close()));
    expect(listings()).toBe(1);
    expect(signatures()).toBe(3);
  });

  it('has only the keys offered that the identity files name, where these are the only ones wanted', async () => {
    const server = await bench.server();
    const { path, signatures } = await agent(held('other', wrongKey), held('mine'));
    const wrong = bench.place.file('id_wrong.pub', wrongKey.public);
    const target = bench.target(server, {
      identityFiles: [wrong],
      identityAgent: path,
      identitiesOnly: true,
    });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('offered: other from the agent');
    expect(error.message).not.toContain('mine');
    expect(signatures()).toBe(0);
  });

  it('has the key offered of which only the public file is here', async () => {
    const server = await bench.server();
    const { path } = await agent(held('other', wrongKey), held('mine'));
    bench.place.file('id_mine.pub', userKey.public);
    const identityFiles = [join(bench.place.directory, 'id_mine')];
    const target = bench.target(server, { identityFiles, identityAgent: path, identitiesOnly: true });
    await (await bench.transport.connect(target, never)).close();
  });

  it('has certificates and keys of security tokens left out, by name', async () => {
    const server = await bench.server();
    const { path } = await agent(
      { comment: 'cert', key: null, type: 'ssh-ed25519-cert-v01@openssh.com' },
      { comment: 'token', key: null, type: 'sk-ssh-ed25519@openssh.com' },
      held('other', wrongKey),
    );
    const target = bench.target(server, { identityFiles: [], identityAgent: path });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.message).toContain('cert from the agent (ssh-ed25519-cert-v01@openssh.com cannot be used)');
    expect(error.message).toContain('token from the agent (sk-ssh-ed25519@openssh.com cannot be used)');
  });

  it('full of keys does not crowd out the key file that the user named', async () => {
    const server = await bench.server();
    const { path } = await agent(...Array.from({ length: 9 }, (_, index) => held(`key ${index}`, makeKey())));
    await (await bench.transport.connect(bench.target(server, { identityAgent: path }), never)).close();
  });

  it('that is locked says so of itself: it holds no key then', async () => {
    const server = await bench.server();
    const { path } = await agent();
    const target = bench.target(server, { identityFiles: [], identityAgent: path });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain('holds no key or is locked (ssh-add -X unlocks it)');
  });

  it('that is not there does no harm where a key file works, and is named where none does', async () => {
    const server = await bench.server();
    const identityAgent = join(bench.place.directory, 'no-agent');
    await (await bench.transport.connect(bench.target(server, { identityAgent }), never)).close();
    const error = await failure(
      bench.transport.connect(bench.target(server, { identityAgent, identityFiles: [] }), never),
    );
    expect(error.code).toBe('key_unreadable');
    expect(error.message).toContain(`the ssh agent at ${identityAgent}`);
  });

  it('that will not sign is not the end: its next key is tried, and the refusal is told', async () => {
    const server = await bench.server({
      onAuth: (context) =>
        context.method === 'publickey' && context.signature === undefined
          ? context.accept()
          : acceptUserKey(context),
    });
    const locked = { ...held('locked', wrongKey), isLocked: true };
    const both = await agent(locked, held('mine'));
    const target = bench.target(server, { identityFiles: [], identityAgent: both.path });
    await (await bench.transport.connect(target, never)).close();
    await both.close();
    await agent(locked);
    const error = await failure(bench.createTransport().connect(target, never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('Agent responded with failure');
  });
});
