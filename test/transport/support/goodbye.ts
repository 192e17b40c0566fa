import type { Connection } from 'ssh2';

/** The parts of ssh2's server that write a packet: it has no call for a disconnect with words in it. */
interface PacketWriter {
  readonly allocStart: number;
  alloc(bytes: number): Buffer;
  finalize(packet: Buffer): Buffer;
}

interface Cipher {
  encrypt(packet: Buffer): void;
}

const DISCONNECT = 1;
const SERVICE_NOT_AVAILABLE = 7;

/** Ends a connection as sshd does that has something to say (RFC 4253, section 11.1). */
export function sayGoodbye(connection: Connection, words: string): void {
  const protocol: object = Reflect.get(connection, '_protocol');
  const { write } = Reflect.get(protocol, '_packetRW') as { readonly write: PacketWriter };
  const cipher = Reflect.get(protocol, '_cipher') as Cipher;
  const text = Buffer.from(words);
  const start = write.allocStart;
  const packet = write.alloc(13 + text.length);
  let at = packet.writeUInt8(DISCONNECT, start);
  at = packet.writeUInt32BE(SERVICE_NOT_AVAILABLE, at);
  at = packet.writeUInt32BE(text.length, at);
  at += text.copy(packet, at);
  packet.writeUInt32BE(0, at);
  cipher.encrypt(write.finalize(packet));
}
