import { readFile, writeFile } from 'node:fs/promises';
import { madeDocuments, withTables } from './documents.ts';
import { madeScripts } from './scripts.ts';

// `npm run scripts`, in the folder of package.json: writes every script that is made, and the tables of documents.
for (const [name, text] of madeScripts()) await writeFile(`scripts/${name}`, text);
for (const document of madeDocuments()) {
  await writeFile(document.path, withTables(await readFile(document.path, 'utf8'), document));
}
