import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { publishedSchema, SCHEMAS } from '../support/report-schema.ts';

describe('the published schemas', () => {
  it('are schemas, each by itself and with those that it names', () => {
    const ajv = new Ajv2020({ allowUnionTypes: true, code: { optimize: false } });
    ajvFormats.default(ajv);
    const ids = SCHEMAS.map((name) => {
      const schema = publishedSchema(name);
      expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
      ajv.addSchema(schema);
      return String(schema['$id']);
    });
    for (const id of ids) expect(ajv.getSchema(id), id).toBeTypeOf('function');
  });
});
