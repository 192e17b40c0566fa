/** One spelling for all spellings of a host: `FD00:0::1` and `fd00::1` are the same machine. */
export function sameHost(host: string): string {
  const [address = '', zone] = host.split('%');
  const url = `http://[${address}]`;
  if (!address.includes(':') || !URL.canParse(url)) return host.toLowerCase().replace(/\.$/, '');
  const one = new URL(url).hostname.slice(1, -1);
  return zone === undefined ? one : `${one}%${zone}`;
}
