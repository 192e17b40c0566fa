/** How `ssh -G` prints the values of a keyword. */
type Print =
  /** As the file has them, tokens and `~` too, so that hosts of one block have one answer; of names, we know the token. */
  | 'as written'
  /** With tokens expanded, so that it may differ from host to host. */
  | 'expanded';

/** The keywords that we use, in lower case. */
export const KEYWORDS = {
  hostname: 'as written',
  user: 'expanded',
  port: 'as written',
  identityfile: 'as written',
  certificatefile: 'as written',
  identityagent: 'expanded',
  identitiesonly: 'as written',
  userknownhostsfile: 'expanded',
  globalknownhostsfile: 'as written',
  hostkeyalias: 'as written',
  stricthostkeychecking: 'as written',
  connecttimeout: 'as written',
  serveraliveinterval: 'as written',
  serveralivecountmax: 'as written',
  proxyjump: 'as written',
  proxycommand: 'as written',
  proxyusefdpass: 'as written',
} as const satisfies Readonly<Record<string, Print>>;

export type Keyword = keyof typeof KEYWORDS;

export function isKeyword(word: string): word is Keyword {
  return Object.hasOwn(KEYWORDS, word);
}

/** Each further line adds a value; of other keywords the first line holds. */
export const ADDING: ReadonlySet<string> = new Set<Keyword>(['identityfile', 'certificatefile']);

/**
 * The keywords of OpenSSH that make no difference to us, in lower case. A word that is neither here nor above is a
 * newer one, or a mistake: ssh is to say.
 */
export const OTHER_KEYWORDS: ReadonlySet<string> = new Set(
  `addkeystoagent addressfamily batchmode bindaddress bindinterface casignaturealgorithms canonicaldomains
  canonicalizefallbacklocal canonicalizemaxdots canonicalizepermittedcnames challengeresponseauthentication
  channeltimeout checkhostip cipher ciphers clearallforwardings compression compressionlevel connectionattempts
  controlmaster controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
  exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout
  forwardx11trusted gatewayports gssapiauthentication gssapiclientidentity gssapidelegatecredentials
  gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts
  hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes hostkeyalgorithms ignoreunknown ipqos
  kbdinteractiveauthentication kbdinteractivedevices kexalgorithms keepalive knownhostscommand localcommand
  localforward loglevel logverbose macs nohostauthenticationforlocalhost numberofpasswordprompts
  obscurekeystroketiming passwordauthentication permitlocalcommand permitremoteopen pkcs11provider
  preferredauthentications protocol pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication rekeylimit
  remotecommand remoteforward requesttty requiredrsasize revokedhostkeys securitykeyprovider sendenv sessiontype
  setenv smartcarddevice stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tag tcpkeepalive tunnel
  tunneldevice updatehostkeys useprivilegedport usekeychain verifyhostkeydns versionaddendum visualhostkey
  xauthlocation`.split(/\s+/),
);
