// Paths and hosts that the built-in policy treats with care, as data.

/** Where keys, passwords and tokens lie. What is read goes to the model and into the record. */
export const SECRETS = [
  '/etc/{shadow,gshadow,shadow-,gshadow-,krb5.keytab,security/opasswd}',
  '/etc/sudoers.d/.*',
  '/etc/ssl/private/**',
  '/etc/pki/tls/private/**',
  '/etc/letsencrypt/{live,archive,keys}/**/privkey*',
  '/etc/letsencrypt/keys/**',
  '/etc/ssh/ssh_host_*_key',
  '/etc/kubernetes/*.conf',
  '/etc/kubernetes/pki/**/*.key',
  '/etc/rancher/k3s/k3s.yaml',
  '/etc/wireguard/*',
  '/etc/NetworkManager/system-connections/**',
  '/etc/cloudflared/*.json',
  '/var/lib/kubelet/pki/**',
  '/run/secrets/**',
  '/var/run/secrets/**',
  '/proc/*/environ',
  '/proc/kcore',
  '/dev/mem',
  '**/.ssh',
  '**/.ssh/{id_*,*_rsa,*_ed25519,*_ecdsa,*.pem,identity,*.key,authorized_keys2}',
  '**/.aws',
  '**/.aws/{credentials,sso/**,cli/cache/**}',
  '**/.config/gcloud/**',
  '**/.azure/{*token*,*msal*,accessTokens.json,*.bin,service_principal*}',
  '**/.kube',
  '**/.kube/{config,cache/**}',
  '**/.docker/config.json',
  '**/{.netrc,.pgpass,.my.cnf,.mylogin.cnf,.git-credentials,.npmrc,.pypirc,.vault-token,.htpasswd,.s3cfg,.boto}',
  '**/{.env,.env.*,*.env}',
  '**/.gnupg/**',
  '**/.terraform.d/credentials*',
  '**/*.{kdbx,p12,pfx,jks,keystore,tfstate,keytab}',
  '**/*_history',
  '**/{id_rsa,id_dsa,id_ecdsa,id_ed25519,privkey.pem,*-key.pem,*.private.pem}',
  '**/private/*.{key,pem}',
  '**/.claude/.credentials.json',
].flatMap(braces)

/** Files that let somebody in, keep somebody out, or run by themselves. */
export const WAYS_IN = [
  '/etc/{passwd,group,shadow,gshadow,sudoers,doas.conf,crontab,anacrontab,ld.so.preload,environment,profile,bash.bashrc,rc.local,nsswitch.conf,securetty,hosts.allow,hosts.deny,inittab}',
  '/etc/{sudoers.d,ssh,pam.d,security,cron.*,profile.d,polkit-1,ld.so.conf.d,apt/apt.conf.d,modprobe.d,udev/rules.d}/**',
  '/etc/{systemd,init.d,rc*.d}/**',
  '/lib/systemd/**',
  '/usr/lib/systemd/**',
  '/var/spool/cron/**',
  '**/.ssh/{authorized_keys*,config,rc,environment,id_*}',
  '**/.ssh',
  '**/.{bashrc,bash_profile,bash_login,profile,zshrc,zprofile,zshenv,gitconfig,vimrc}',
  '**/.config/systemd/**',
  '/boot/**',
  '/{bin,sbin,usr/bin,usr/sbin,usr/local/bin,usr/local/sbin}/**',
].flatMap(braces)

/** Where a cloud's machines are given their credentials. */
export const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  'fd00:ec2::254',
  'metadata.google.internal',
  '100.100.100.200',
]

/** In spite of where they lie. */
export const PUBLIC = [
  '**/*.pub',
  '**/.ssh/{known_hosts,config,authorized_keys}',
  '**/*.{env,tfstate}.example',
].flatMap(braces)

/** `{a,b}` for a list of patterns. */
function braces(pattern: string): string[] {
  const [whole, inner = ''] = /\{([^{}]*)\}/.exec(pattern) ?? []
  return whole === undefined
    ? [pattern]
    : inner.split(',').flatMap((choice) => braces(pattern.replace(whole, choice)))
}
