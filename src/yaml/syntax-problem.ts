/** The parser's words where they help, ours where a reader needs to know what to do. */
export function syntaxProblem(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'found a tab, allowed for indenting are spaces';
    case 'MULTIPLE_DOCS':
      return 'found a second YAML document (---), allowed is one';
    case 'TAG_RESOLVE_FAILED':
      return 'found a YAML tag (!), allowed are values without';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return `found a colon that starts a second key on the line; indent the keys alike, and quote a value that ends in ":" or holds ": "`;
    case 'BAD_SCALAR_START':
      return `not YAML: ${lowerFirst(message)}; quote the value`;
    default: {
      // The parser quotes what it did not expect, which may be a password.
      const words = code === 'UNEXPECTED_TOKEN' ? message.replace(/:.*$/s, '') : message;
      const hint = /\bflow\b/i.test(message) ? '; quote a value that starts with [ or {' : '';
      return `not YAML: ${lowerFirst(words)}${hint}`;
    }
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
