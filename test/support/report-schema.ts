import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../docs/${name}.schema.json`, import.meta.url), 'utf8'));

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajvFormats.default(ajv);
ajv.addSchema(schemaOf('distributions'));
const validateReport = ajv.compile(schemaOf('report'));
const validateCheck = ajv.compile(schemaOf('check'));

/** What is wrong with a report by the documented schema; empty when nothing is. */
export function schemaErrors(report: unknown): readonly string[] {
  return errorsOf(validateReport, report);
}

/** What is wrong with the JSON of a check by the documented schema. */
export function checkSchemaErrors(check: unknown): readonly string[] {
  return errorsOf(validateCheck, check);
}

function errorsOf(validate: ValidateFunction, value: unknown): readonly string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
