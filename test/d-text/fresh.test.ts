import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { madeDocuments, withTables } from '../../src/d-text/documents.ts';
import { madeScripts } from '../../src/d-text/scripts.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAKE = 'it is made: npm run scripts writes it';

describe('what npm run scripts makes', () => {
  it.each([...madeScripts()])('scripts/%s is fresh', (name, text) => {
    const path = `${ROOT}scripts/${name}`;
    expect(existsSync(path), `scripts/${name} is not there; ${MAKE}`).toBe(true);
    expect(readFileSync(path, 'utf8'), `scripts/${name} is not fresh; ${MAKE}`).toBe(text);
  });

  it.each(madeDocuments())('$path has fresh tables', (document) => {
    const text = readFileSync(`${ROOT}${document.path}`, 'utf8');
    expect(text, `${document.path} is not fresh; ${MAKE}`).toBe(withTables(text, document));
  });

  it('says in each script which file it is made of, and that file is there', () => {
    for (const [name, text] of madeScripts()) {
      const source = /^ \* Made by "npm run scripts" of (\S+): change that, not this file\.$/m.exec(
        text,
      )?.[1];
      expect(source, name).toBeDefined();
      expect(existsSync(`${ROOT}${source}`), source).toBe(true);
    }
  });

  it('is every D script', () => {
    const written = readdirSync(`${ROOT}scripts`).filter((name) => name.endsWith('.d'));
    expect([...madeScripts().keys()].toSorted()).toEqual(written.toSorted());
  });

  it('refuses a document without a place for its table', () => {
    const [document] = madeDocuments();
    expect(() => withTables('no table here\n', document!)).toThrow(/has no place for the table/);
  });
});
