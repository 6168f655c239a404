// Rules about what leaves the host and what must not be in the repository.
import ts from 'typescript'
import { findLines, findNodes, isCode, type Rule, topOf } from './rule.ts'

/** Names that say where something is and are never fetched, and hosts that RFC 2606 keeps for examples. */
const HARMLESS = /^(www\.w3\.org|localhost|127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*example(\.(com|org|net))?)$/i

function remoteHosts(text: string): string[] {
  const hosts = [...text.matchAll(/(?:https?:|wss?:|url\(['"]?)\/\/(\[[^\]]*\]|[^/\s:'"`)$]+)/gi)].map(
    (match) => match[1] ?? '',
  )
  // A name without a dot is a stand-in for the console's own: no other host is reached by it.
  return hosts.filter((host) => host.includes('.') && !HARMLESS.test(host))
}

const onlyThisHost: Rule = {
  name: 'the page names no other host',
  why: 'in an outage everything an operator needs is on the recovery host, and nobody outside learns of it',
  appliesTo: (path) =>
    ['app', 'components'].includes(topOf(path)) && (isCode(path) || /\.(css|svg)$/.test(path)),
  check(file) {
    if (!isCode(file.path)) return remoteHosts(file.text).map((host) => ` names ${host}`)
    return findNodes(file, (node) => {
      if (ts.isImportDeclaration(node) && /next\/font\/google/.test(node.getText()))
        return 'fetches a font at build time'
      const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node)
      const [host] = isText ? remoteHosts(node.getText()) : []
      return host ? `names ${host}` : null
    })
  },
  planted: { path: 'app/globals.css', text: "@import url('//fonts.googleapis.com/css2?family=Inter')" },
}

const SECRET =
  /sk-ant-(api|oat|admin)\d\d-[\w-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----/
const MACHINE_PATH = /(?<![\w.-])(\/home\/[a-z][\w-]+|\/Users\/[A-Za-z][\w-]+|\/root)(?=\/)/

const noSecrets: Rule = {
  name: 'no secret stands in the repository',
  why: 'what was pushed once is known',
  appliesTo: () => true,
  check: (file) => findLines(file, SECRET, (match) => `looks like a secret: ${match.slice(0, 12)}…`),
  planted: { path: 'e2e/x.yaml', text: `key: sk-ant-${'api03'}-${'a'.repeat(40)}` },
}

const noMachinePaths: Rule = {
  name: 'no path of one person’s machine stands in the repository',
  why: 'it works there only, and tells who and where',
  // The policy's corpora are made of commands, some of which name root's home on purpose.
  appliesTo: (path) => path !== 'e2e/rules/reach.ts' && !path.startsWith('server/gate/policy/'),
  check: (file) => findLines(file, MACHINE_PATH, (match) => `names ${match}`),
  planted: { path: 'server/x.ts', text: "const root = '/home/ana/breakglass'" },
}

const lockWithoutHosts: Rule = {
  name: 'the lock file names no registry',
  why: 'packages come from the registry that the installing machine uses: with "resolved" they would be asked of another’s',
  appliesTo: (path) => path === 'package-lock.json',
  check: (file) =>
    findLines(file, /"resolved":/, (match) => `${match}: .npmrc has omit-lockfile-registry-resolved`),
  planted: { path: 'package-lock.json', text: '"resolved": "https://registry.example/x.tgz"' },
}

const exactVersions: Rule = {
  name: 'dependencies are pinned exactly',
  why: 'an outage is no time for a new version',
  appliesTo: (path) => path === 'package.json',
  check({ text }) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
      string,
      Record<string, string>
    >
    return Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => ` ${name} is ${version}`)
  },
  planted: { path: 'package.json', text: '{"dependencies":{"zod":"^4.0.0"}}' },
}

export const REACH_RULES: readonly Rule[] = [
  onlyThisHost,
  noSecrets,
  noMachinePaths,
  lockWithoutHosts,
  exactVersions,
]
