import { Document, Scalar, visit } from 'yaml';
import { escapedJson, printable } from '../model/printable.ts';
import { makeOutput } from './output.ts';
import { AS_JSON, wholeJson, type Fields } from './report-json.ts';

export const yaml = makeOutput<Fields>({
  name: 'yaml',
  summary: 'the JSON report as YAML',
  readers: 'people who like JSON less',
  failedSleds: 'in `sleds`',
  saysCoverage: true,
  contents: AS_JSON,
  whole: (parts, report) => [yamlText(wholeJson(parts, report))],
  arriving: 'at the end',
  check: 'report',
});

function yamlText(value: Fields): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      const { value: text } = node;
      if (typeof text === 'string' && printable(text) !== text.replaceAll(/[\n\t]/g, '?')) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return escapedJson(document.toString({ lineWidth: 0 }));
}
