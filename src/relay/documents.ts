import type { z } from 'zod';

/** A document that was read, or a sentence on what is wrong with it. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly wrong: string };

interface DocumentKind {
  /** `cruc-fleet/question`. */
  readonly name: string;
  /** The newest version of it that is read. */
  readonly version: number;
  /** As a sentence calls it. */
  readonly what: string;
}

/** Reads a JSON document of the relay; one whose schema is newer is refused by that, whatever else it holds. */
export function readDocument<T>(data: Uint8Array, schema: z.ZodType<T>, kind: DocumentKind): Read<T> {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return { ok: false, wrong: `the ${kind.what} is not JSON` };
  }
  const said = typeof json === 'object' && json !== null ? String(Reflect.get(json, 'schema')) : '';
  const version = said.startsWith(`${kind.name}/v`) ? Number(said.slice(kind.name.length + 2)) : null;
  if (version !== null && version > kind.version) {
    return {
      ok: false,
      wrong: `the ${kind.what} is of version ${version}, and the cruc-fleet that got it reads up to ${kind.version}; update that one`,
    };
  }
  const read = schema.safeParse(json);
  if (read.success) return { ok: true, value: read.data };
  const [first] = read.error.issues;
  const where = first === undefined || first.path.length === 0 ? '' : `${first.path.join('.')}: `;
  return { ok: false, wrong: `the ${kind.what} is not valid: ${where}${first?.message ?? 'unknown'}` };
}
