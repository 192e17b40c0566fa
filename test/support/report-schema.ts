import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { ERROR_CODES } from '../../src/model/error.ts';

type Json = Readonly<Record<string, unknown>>;
export const SCHEMAS = ['distributions', 'report', 'check', 'webhook'] as const;

type SchemaName = (typeof SCHEMAS)[number];

/** A published schema, as it lies in `docs/`. */
export function publishedSchema(name: SchemaName): Json {
  return JSON.parse(readFileSync(new URL(`../../docs/${name}.schema.json`, import.meta.url), 'utf8'));
}

/**
 * A stricter copy of a published schema, which holds us to what it names: no key that it does not describe, and of
 * each list of words that takes any string as well, or of each value that takes anything as well, only what is named.
 */
export function closedSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedSchema);
  if (!isObject(schema)) return schema;
  const { anyOf, ...rest } = schema;
  const [named, anything, ...more] = Array.isArray(anyOf) ? (anyOf as readonly unknown[]) : [];
  if (isObject(named) && more.length === 0 && isOpenEnd(named, anything)) {
    return closedSchema({ ...rest, ...named });
  }
  const closed = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, closedSchema(each)]));
  // What is composed of others is no whole object.
  const isWhole =
    [schema['type']].flat().includes('object') &&
    isObject(schema['properties']) &&
    schema['additionalProperties'] === undefined &&
    schema['allOf'] === undefined;
  return isWhole ? { ...closed, additionalProperties: false } : closed;
}

/** `{}` after a type, or any string after a list of words. */
function isOpenEnd(named: Json, anything: unknown): boolean {
  if (!isObject(anything)) return false;
  if (Array.isArray(named['enum'])) return JSON.stringify(anything) === '{"type":"string"}';
  return Object.keys(anything).length === 0;
}

interface Schemas {
  readonly report: ValidateFunction;
  readonly check: ValidateFunction;
  readonly notice: ValidateFunction;
  readonly part: (name: string) => ValidateFunction;
}

/** Each is compiled when something is first held against it: most tests need one of them. */
function compile(read: (name: SchemaName) => unknown): Schemas {
  // That a schema is one is looked at where it is published (test/docs/schemas.test.ts), not in each worker.
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  ajvFormats.default(ajv);
  for (const name of SCHEMAS) ajv.addSchema(read(name) as object);
  const part = (name: string): ValidateFunction => {
    const validate = ajv.getSchema(`cruc-fleet/${name}`);
    if (validate === undefined) throw new Error(`there is no schema ${name}`);
    return validate as ValidateFunction;
  };
  return {
    get report() {
      return part('report/v1');
    },
    get check() {
      return part('check/v1');
    },
    get notice() {
      return part('notice/v1');
    },
    part,
  };
}

const published = compile(publishedSchema);
const closed = compile((name) => {
  const schema = publishedSchema(name);
  if (name !== 'report' || !isObject(schema['$defs'])) return closedSchema(schema);
  // The words of errors are many, and not listed in the published one.
  return closedSchema({ ...schema, $defs: { ...schema['$defs'], errorCode: { enum: ERROR_CODES } } });
});

/** What is wrong with a report by the published schema; empty when nothing is. */
export function publishedErrors(report: unknown): readonly string[] {
  return errorsOf(published.report, report);
}

/** What is wrong with the JSON of a check by the published schema. */
export function publishedCheckErrors(check: unknown): readonly string[] {
  return errorsOf(published.check, check);
}

/** What is wrong with a report by the published schema, and by its stricter copy. */
export function schemaErrors(report: unknown): readonly string[] {
  return [...errorsOf(published.report, report), ...errorsOf(closed.report, report)];
}

/** What is wrong with the JSON of a check by the published schema, and by its stricter copy. */
export function checkSchemaErrors(check: unknown): readonly string[] {
  return [...errorsOf(published.check, check), ...errorsOf(closed.check, check)];
}

/** What is wrong with a notice that was posted, by the published schema, and by its stricter copy. */
export function noticeErrors(notice: unknown): readonly string[] {
  return [...errorsOf(published.notice, notice), ...errorsOf(closed.notice, notice)];
}

/** What is wrong with the `distributions` of a report, by both. */
export function distributionsErrors(distributions: unknown): readonly string[] {
  return [published, closed].flatMap((each) => errorsOf(each.part('distributions/v1'), distributions));
}

/** What is wrong with a line of ndjson, by both. */
export function lineErrors(line: Json): readonly string[] {
  return [...errorsOf(published.part('report/v1#/$defs/line'), line), ...ownErrors(line)];
}

/** What is wrong with what a line holds, without what stands around it. */
function ownErrors(line: Json): readonly string[] {
  const own = Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'type' && key !== 'time'));
  switch (line['type']) {
    case 'sled':
      return errorsOf(closed.part('report/v1#/$defs/sled'), own);
    case 'row':
      return errorsOf(closed.part('report/v1#/$defs/row'), own);
    case 'distribution': {
      const { unit, ...group } = own;
      return [
        ...errorsOf(closed.part('distributions/v1#/$defs/unit'), unit),
        ...errorsOf(closed.part('distributions/v1#/$defs/group'), group),
      ];
    }
    case 'finding':
      return errorsOf(closed.part('report/v1#/$defs/finding'), own);
    case 'report':
      return errorsOf(closed.report, { ...own, sleds: [], rows: [], findings: [] });
    default:
      return [`type is ${String(line['type'])}`];
  }
}

function errorsOf(validate: ValidateFunction, value: unknown): readonly string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
