import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

/** The program as it is shipped: our code and the libraries in it, read at a start in a few files instead of 300. */
export default defineConfig({
  input: {
    start: 'src/start.ts',
    main: 'src/main.ts',
    complete: 'src/complete.ts',
    simulator: 'src/simulator/simulate.ts',
  },
  platform: 'node',
  // ssh2 looks for files beside its own, which a bundle does not have; nodemailer is few programs' need.
  external: [/^ssh2$/, /^nodemailer($|\/)/],
  // Not minified: a stack trace of a bug names our functions, and comments in the file say which source each is of.
  output: { dir: 'dist', format: 'esm', minify: false, chunkFileNames: '[name].js', cleanDir: true },
  plugins: [licenses()],
  // Such as a library that is not found, which would stay outside and be missing where the package is installed.
  onLog(level, log) {
    if (level === 'warn') throw new Error(log.message);
  },
});

/** `licenses.txt` beside the program: what the authors of the libraries in it want to be told with every copy. */
function licenses(): Plugin {
  return {
    name: 'licenses',
    generateBundle(_, bundle) {
      const files = Object.values(bundle).flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []));
      const folders = new Set(
        files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
      );
      const texts = [...folders].sort().map(licenseOf);
      this.emitFile({
        type: 'asset',
        fileName: 'licenses.txt',
        source: texts.join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}

function licenseOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${folder} has no file with its license`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
