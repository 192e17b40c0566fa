/**
 * A text without any of the secrets in it, neither as they are nor in base64, in which a server gets them and
 * may say them back.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  // The longest first: a secret may be part of another.
  for (const form of secrets.flatMap(formsOf).sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(form, '***');
  }
  return clean;
}

function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  // Whoever says it back may leave the padding out.
  return [secret, base64, base64.replace(/=+$/, '')];
}
