// Rules about files as such: how long, how they begin, where they stand.
import { isCode, isTest, type Rule, runsAlone, topOf } from './rule.ts'

const LINES_MAX = 300
const ROUTE_LINES_MAX = 40

/** Everything that may stand at the top of the project. */
const TOP = new Set([
  ...['app', 'components', 'db', 'e2e', 'lib', 'server'],
  ...['package.json', 'package-lock.json', 'next.config.ts', 'tsconfig.json', 'README.md', 'LICENSE'],
  // Editors and the command look for it here.
  'biome.json',
  ...['.ci', '.gitignore', '.gitattributes', '.npmrc', '.editorconfig', '.nvmrc', '.node-version', '.github'],
])

/** What a person would call the file's lines: a last line break ends one, it begins none. */
export function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

const short: Rule = {
  name: `no file is longer than ${LINES_MAX} lines`,
  why: 'code is read by the next person at 3 a.m.: a file is one idea, seen on a screen or two',
  appliesTo: (path) => isCode(path) || /\.(css|md|sh)$/.test(path),
  check({ text }) {
    const lines = countLines(text)
    return lines > LINES_MAX ? [` ${lines} lines: split it by what changes for different reasons`] : []
  },
  planted: { path: 'server/x.ts', text: 'const x = 1\n'.repeat(LINES_MAX + 1) },
}

const thinRoutes: Rule = {
  name: `no route handler is longer than ${ROUTE_LINES_MAX} lines`,
  why: 'a route parses, calls one function and returns; what it decides belongs below server/',
  appliesTo: (path) => /^app\/.*route\.ts$/.test(path),
  check({ text }) {
    const lines = countLines(text)
    return lines > ROUTE_LINES_MAX ? [` ${lines} lines: move what it decides into server/`] : []
  },
  planted: { path: 'app/api/x/route.ts', text: 'const x = 1\n'.repeat(ROUTE_LINES_MAX + 1) },
}

const purpose: Rule = {
  name: 'a file in lib, db or server says in its first line what it is for',
  why: 'a newcomer reads the house by its first lines',
  appliesTo: (path) => isCode(path) && ['lib', 'db', 'server'].includes(topOf(path)) && !isTest(path),
  check({ text }) {
    const [first = ''] = text.replace(/^#!.*\n/, '').split('\n')
    return /^\/\/ \S.{15,}/.test(first) ? [] : ['1: begins without `// ` and a sentence of purpose']
  },
  planted: { path: 'lib/x.ts', text: "import { z } from 'zod'\n" },
}

const names: Rule = {
  name: 'file names are kebab-case and say a concept',
  why: 'utils, helpers, managers, services and handlers are where things go that nobody has named',
  appliesTo: (path) => isCode(path) && topOf(path) !== '' && !runsAlone(path),
  check({ path }) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const plain = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|property\.test|tool|config))?\.(tsx?|mjs|js)$/.test(name)
    const vague = /(^|-)(utils?|helpers?|managers?|services?|handlers?|misc|common)(-|\.)/.test(name)
    return plain && !vague ? [] : [` ${name} is ${plain ? 'a name for anything' : 'not kebab-case'}`]
  },
  planted: { path: 'server/turnUtils.ts', text: '' },
}

const top: Rule = {
  name: 'nothing stands at the top of the project but what DESIGN lists',
  why: 'the top is the map of the house: each further name there is one more thing to know first',
  appliesTo: () => true,
  check({ path }) {
    const name = topOf(path) || path
    return TOP.has(name) ? [] : [` ${name} is not on the list in e2e/rules/files.ts`]
  },
  planted: { path: 'scripts/x.ts', text: '' },
}

export const FILE_RULES: readonly Rule[] = [short, thinRoutes, purpose, names, top]
