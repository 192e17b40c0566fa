import { z } from 'zod';

// Of what the schemas of kept files are made. Times are ISO 8601 (UTC) in a file, so that people can read it, and
// milliseconds here.

export const time = z.codec(z.iso.datetime(), z.number(), {
  decode: (text) => Date.parse(text),
  encode: (ms) => new Date(ms).toISOString(),
});
export const count = z.number().int().nonnegative();
export const maybe = <T extends z.ZodType>(type: T) => type.nullable();
export const text = z.string();
export const texts = z.array(text).readonly();
export const downstairs = z.union([z.literal(0), z.literal(1), z.literal(2)]);
