/** What looks like 32 bytes in base64, which is how a volume's key is written, or follows a name of a secret. */
const SECRETS: readonly RegExp[] = [
  /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=/g,
  /(?<=\b(?:key|key_pem|secret|password|token)\\?["']?\s*[:=]\s*(?:Some\()?\\?["']?)[^\s"',)}\\]{8,}/gi,
  /-----BEGIN [^]*/g,
];

/** A line of a log that nobody vouches for, without what may be a secret in it. */
export function withoutSecrets(line: string): string {
  return SECRETS.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), line);
}
