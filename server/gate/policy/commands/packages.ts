// Package managers and build tools.
import type { Classifier } from '../shell/call.ts'
import { judgeVerbs, type VerbTable } from './verbs.ts'

const APT: VerbTable = {
  valued: 'o t c option target-release config-file',
  acts: {
    look: 'list|show|search|policy|depends|rdepends|madison|showpkg|showsrc|pkgnames|stats|check|changelog|download|dump|unmet|dotty|why|why-not|showauto|showhold|showmanual',
    'package-install':
      'install|update|reinstall|build-dep|fix-broken|clean|autoclean|hold|unhold|auto|manual|add',
    'package-change':
      'upgrade|remove|purge|autoremove|autopurge|dist-upgrade|full-upgrade|safe-upgrade|dselect-upgrade|satisfy|edit-sources',
  },
  otherwise: 'package-change',
  unless: (options, words) =>
    options.has('s', 'simulate', 'dry-run', 'just-print', 'no-act')
      ? 'look'
      : /^install .*\S-( |$)|^install .*\.deb\b/.test(words)
        ? 'package-change'
        : options.has('purge', 'remove', 'allow-downgrades', 'allow-remove-essential', 'force-yes')
          ? 'package-change'
          : undefined,
}

const DNF: VerbTable = {
  valued: 'c x enablerepo disablerepo repo setopt releasever installroot',
  acts: {
    look: 'list|info|search|repolist|repoinfo|provides|whatprovides|history|history list|history info|check|check-update|deplist|repoquery|updateinfo|group list|grouplist|changelog|lr|se|if|lu|pa',
    'package-install':
      'install|reinstall|makecache|clean|group install|groupinstall|localinstall|in|ref|refresh|module enable|mark *|versionlock *|config-manager *',
    'package-change':
      'upgrade|update|remove|erase|autoremove|downgrade|distro-sync|system-upgrade *|history *|swap|up|dup|rm|module *|group *',
  },
  otherwise: 'package-change',
  unless: (options) => (options.has('assumeno') ? 'look' : undefined),
}

const files: Classifier = (call) => {
  const words = ` ${call.args.join(' ')} `
  if (call.program === 'rpm') {
    if (/ (-\w*q\w*|--query|-V\w*|--verify|--eval|--version|-K|--checksig) /.test(words)) return undefined
    if (/ --(import|rebuilddb|initdb) /.test(words)) call.emit('package-install')
    else call.emit('package-change')
  } else if (
    / (-l|-L|-s|-S|-p|--list|--listfiles|--status|--search|-C|--audit|-I|--info|-c|--contents|-V|--verify|--get-selections|--print-architecture|--version|-W|--show) /.test(
      words,
    ) ||
    call.program === 'dpkg-query'
  )
    return undefined
  else
    call.emit(
      / (--configure|--triggers-only|-a) /.test(words) && !/ (-i|--install|-r|-P) /.test(words)
        ? 'package-install'
        : 'package-change',
    )
  return undefined
}

const LANGUAGE: VerbTable = {
  valued: 'r c i t target index-url prefix',
  acts: {
    look: 'list|ls|show|freeze|check|search|view|info|outdated|audit|why|config list|config get|cache dir|debug|doctor|root|bin|-v|env|help|query|which|contents|metadata|tree|licenses|fund|ping|whoami|explain',
    'package-install':
      'install|i|ci|add|download|wheel|fetch|get|update|upgrade|cache *|config *|mod *|link|sync|lock|init|bundle',
    'package-change': 'uninstall|remove|rm|un|unlink|prune|autoremove|dedupe',
    publish: 'publish|push|login|adduser|logout|deprecate|unpublish|dist-tag *|owner *|yank',
    'unseen-code': 'run|run-script|start|test|t|exec|x|dlx|rebuild|restart|stop|explore',
  },
  otherwise: 'unseen-code',
  // Whoever stands at that address decides what runs here.
  unless: (options, words) =>
    /^(install|i|add|download|wheel)\b/.test(words) &&
    (/:\/\//.test(words) || /:\/\//.test(options.valueOf('r') ?? ''))
      ? 'unseen-code'
      : undefined,
}

const apk: VerbTable = {
  acts: {
    look: 'info|list|search|policy|version|stats|audit|verify|dot',
    'package-install': 'add|update|fetch|cache *|fix',
    'package-change': 'del|upgrade',
  },
  otherwise: 'package-change',
}

const pacman: Classifier = (call) => {
  const [first = ''] = call.args
  if (/^(-Q\w*|-Ss|-Si|-Sl|-F\w*|--query|--version|-T)$/.test(first)) return undefined
  call.emit(/^-S[yw]*$/.test(first) ? 'package-install' : 'package-change')
  return undefined
}

const snap: VerbTable = {
  acts: {
    look: 'list|info|find|changes|connections|services|logs|version|tasks|search|remotes|history|warnings|known',
    'package-install': 'install|connect',
    'service-start': 'start|restart',
    'service-stop': 'stop',
  },
  otherwise: 'package-change',
}

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

export const packages: [string, Classifier][] = [
  ...each('apt apt-get apt-cache aptitude apt-mark apt-config', judgeVerbs(APT)),
  ...each('dnf yum zypper microdnf tdnf', judgeVerbs(DNF)),
  ...each('dpkg dpkg-query rpm', files),
  ...each('pip pip3 pipx uv npm pnpm yarn gem cargo go composer conda bundle', judgeVerbs(LANGUAGE)),
  ['apk', judgeVerbs(apk)],
  ['pacman', pacman],
  ...each('snap flatpak', judgeVerbs(snap)),
  ...each('brew', judgeVerbs(DNF)),
  ...each(
    'dpkg-reconfigure dpkg-divert alternatives apt-key add-apt-repository debconf-set-selections',
    (call) => {
      call.emit('package-change')
      return undefined
    },
  ),
]
