/** Lines of our scripts of latencies: how many samples of a process are missing, since two had one number. */
const AMBIGUOUS = /^zone=\S* pid=\d+ type=\S+ ambiguous=(\d{1,18})\s*$/;

/** Takes the lines that count such samples out of a text of histograms. */
export function parseAmbiguous(text: string): { readonly histograms: string; readonly ambiguous: bigint } {
  let ambiguous = 0n;
  const histograms = text.split('\n').filter((line) => {
    const count = AMBIGUOUS.exec(line)?.[1];
    if (count !== undefined) ambiguous += BigInt(count);
    return count === undefined;
  });
  return { histograms: histograms.join('\n'), ambiguous };
}
