/**
 * Looks at an unpacked package: that it holds the built program, every file of the repository that it should and no
 * other, and that what its files point to is there. npm packs without a word what is not built, since no script of a
 * package runs by itself here.
 *
 *     node .ci/tarball.mjs FOLDER
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';

const NODE = new Set(builtinModules);

const folder = process.argv[2];
const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const packed = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => statSync(join(folder, file)).isFile())
  .sort();
const built = packed.filter((file) => file.startsWith('dist/'));

// What npm always packs, and what package.json names.
const named = ['package.json', 'README.md', 'LICENSE', ...about.files.filter((name) => name !== 'dist')];
const tracked = execFileSync('git', ['ls-files', '-z', '--', ...named], { encoding: 'utf8' })
  .split('\0')
  .slice(0, -1);

const problems = [
  ...named
    .filter((name) => !tracked.some((file) => file === name || file.startsWith(`${name}/`)))
    .map((name) => `${name} is not in the repository`),
  ...[
    'dist/start.js',
    'dist/main.js',
    'dist/complete.js',
    'dist/words.json',
    'dist/simulator.js',
    'dist/licenses.txt',
  ]
    .filter((file) => !built.includes(file))
    .map((file) => `no ${file}: npm run package builds it`),
  ...tracked.filter((file) => !packed.includes(file)).map((file) => `lacks ${file}`),
  ...packed.filter((file) => !built.includes(file) && !tracked.includes(file)).map((file) => `holds ${file}`),
  ...Object.values(about.bin).flatMap(programProblems),
  ...about.man
    .filter((file) => !packed.includes(normalize(file)))
    .map((file) => `no ${file}, which man names`),
  ...['author', 'license', 'repository', 'description', 'engines']
    .filter((key) => about[key] === undefined)
    .map((key) => `package.json has no ${key}`),
  ...packed.filter((file) => file.endsWith('.js')).flatMap(importProblems),
  ...packed.filter((file) => file.endsWith('.md')).flatMap(linkProblems),
];
for (const problem of problems) console.error(`the package: ${problem}`);
console.log(`${packed.length} files in the package, ${built.length} of them built`);
process.exitCode = problems.length === 0 ? 0 : 1;

function programProblems(file) {
  if (!packed.includes(file)) return [`no program ${file}`];
  const text = readFileSync(join(folder, file), 'utf8');
  if (!text.startsWith('#!/usr/bin/env node\n')) return [`${file} does not start with #!/usr/bin/env node`];
  return (statSync(join(folder, file)).mode & 0o111) === 0 ? [`${file} may not be run`] : [];
}

/** Files that an import names and that are not there, and libraries that an installation does not bring. */
function importProblems(file) {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  // Types in comments name files of a library's sources.
  const text = lines.filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line)).join('\n');
  const imports = [
    ...text.matchAll(/^(?:import|export)\b[^;'"`]*?["']([^"'\n]+)["'];?$|\bimport\("([^"\n]+)"\)/gm),
  ];
  return imports
    .map((match) => match[1] ?? match[2])
    .filter((target) => !isThere(file, target))
    .map((target) => `${file} imports ${target}, which is not there`);
}

function isThere(file, target) {
  if (target.startsWith('.')) return packed.includes(normalize(join(dirname(file), target)));
  const library = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
  return target.startsWith('node:') || NODE.has(library) || library in about.dependencies;
}

/** Links to files beside the page. */
function linkProblems(file) {
  const links = [...readFileSync(join(folder, file), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(
    ([, link]) => link,
  );
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(folder, dirname(file), link)))
    .map((link) => `${file} links to ${link}, which is not there`);
}
