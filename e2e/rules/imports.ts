// Who may import what: one way, and one file for each thing that reaches out of the program.
import { dirname, join } from 'node:path/posix'
import ts from 'typescript'
import { findNodes, importOf, isCode, isTest, type Rule, runsAlone, topOf } from './rule.ts'

const HOUSES = new Set(['app', 'components', 'db', 'lib', 'server'])

/** lib ← db ← server ← app, and lib ← components ← app. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: ['lib'],
  db: ['lib', 'db'],
  server: ['lib', 'db', 'server'],
  components: ['lib', 'components'],
  app: ['lib', 'components', 'app'],
}

/**
 * The doors of server/ for app/: the running console, and what turns requests into answers. Next instantiates its own
 * copies of what it bundles, so nothing behind these doors may hold state, and none of them does.
 */
const DOORS = /^server\/(runtime\.ts|http\/[^/]+\.ts|streams\/[^/]+\.ts)$/

const ofHouses = (path: string) => isCode(path) && HOUSES.has(topOf(path))

const oneWay: Rule = {
  name: 'imports go one way: lib ← db ← server ← app, lib ← components ← app',
  why: 'a layer that knows the one above it can be neither read nor tested without it; types count, because they carry the knowledge',
  appliesTo: (path) => ofHouses(path) && !runsAlone(path),
  check: (file) =>
    findNodes(file, (node) => {
      const name = importOf(node)
      if (name === undefined) return null
      if (name === null) return 'imports a computed name, which nobody can follow'
      if (!name.startsWith('.')) return null
      const target = join(dirname(file.path), name)
      const from = topOf(file.path)
      if (MAY_IMPORT[from]?.includes(topOf(target))) return null
      // Tests play what the system tests have recorded.
      if (isTest(file.path) && topOf(target) === 'e2e') return null
      // The ways from app into server are a rule of their own.
      if (from === 'app' && topOf(target) === 'server') return null
      return `${from} imports ${target}`
    }),
  planted: { path: 'components/x.tsx', text: "import type { Turns } from '../server/turns.ts'" },
}

const doors: Rule = {
  name: 'app/ enters server/ by runtime.ts, http/* and streams/* only',
  why: 'Next bundles what a route imports into modules of its own: state of the console reached past the runtime would be a second one',
  appliesTo: (path) => isCode(path) && topOf(path) === 'app',
  check: (file) =>
    findNodes(file, (node) => {
      const name = importOf(node)
      if (!name?.startsWith('.')) return null
      const target = join(dirname(file.path), name)
      return topOf(target) !== 'server' || DOORS.test(target) ? null : `imports ${target}`
    }),
  planted: { path: 'app/api/x/route.ts', text: "import { createTurns } from '../../../server/turns.ts'" },
}

const libAlone: Rule = {
  name: 'lib imports zod and nothing else',
  why: 'it runs in the browser, in the server and in tests alike',
  appliesTo: (path) => isCode(path) && topOf(path) === 'lib' && !isTest(path),
  check: (file) =>
    findNodes(file, (node) => {
      const name = importOf(node)
      return !name || name.startsWith('.') || /^zod(\/|$)/.test(name) ? null : `lib imports ${name}`
    }),
  planted: { path: 'lib/x.ts', text: "import { join } from 'node:path'" },
}

const pageWithoutNode: Rule = {
  name: 'components and app import nothing of Node',
  why: 'a component may be drawn in the browser, and a route only parses, calls one function and answers',
  appliesTo: (path) => isCode(path) && ['components', 'app'].includes(topOf(path)) && !isTest(path),
  check: (file) =>
    findNodes(file, (node) => {
      const name = importOf(node)
      return name?.startsWith('node:') ? `imports ${name}` : null
    }),
  planted: { path: 'components/x.tsx', text: "import { readFileSync } from 'node:fs'" },
}

/** A package that one place alone may import. */
function onlyImporter(name: RegExp, label: string, home: RegExp, place: string, why: string): Rule {
  return {
    name: `${label} is imported by ${place} only`,
    why,
    appliesTo: (path) => isCode(path) && !home.test(path) && !runsAlone(path),
    check: (file) =>
      findNodes(file, (node) => {
        const imported = importOf(node)
        return imported && name.test(imported) ? `imports ${imported}: ask ${place}` : null
      }),
    planted: { path: 'server/x.ts', text: `import x from '${label}'` },
  }
}

const environment: Rule = {
  name: 'process.env is read in server/environment.ts only',
  why: 'what the console was told is checked once, and no secret of its environment gets further than it must',
  appliesTo: (path) => isCode(path) && path !== 'server/environment.ts' && !runsAlone(path),
  check: (file) =>
    findNodes(file, (node) => {
      const named = ts.isPropertyAccessExpression(node) && node.name.text === 'env' ? node.expression : null
      const byKey =
        ts.isElementAccessExpression(node) &&
        ts.isStringLiteralLike(node.argumentExpression) &&
        node.argumentExpression.text === 'env'
          ? node.expression
          : null
      const object = named ?? byKey
      if (object && /^(globalThis\.)?process$/.test(object.getText()))
        return 'reads process.env: ask readEnvironment'
      const taken =
        ts.isVariableDeclaration(node) && node.initializer?.getText() === 'process' && node.name.getText()
      if (taken && /\benv\b/.test(taken)) return 'takes env out of process: ask readEnvironment'
      const isModule = ts.isImportDeclaration(node) && /^(node:)?process$/.test(importOf(node) ?? '')
      return isModule ? 'imports process, which is there without' : null
    }),
  planted: { path: 'server/x.ts', text: 'export const port = process.env.PORT' },
}

const globals: Rule = {
  name: 'live state hangs off globalThis in server/runtime.ts only',
  why: 'Next instantiates modules twice; a second global would be a second console',
  appliesTo: (path) => isCode(path) && path !== 'server/runtime.ts' && !runsAlone(path),
  check: (file) =>
    findNodes(file, (node) => {
      if (!ts.isIdentifier(node) || !/^(globalThis|global)$/.test(node.text)) return null
      const { parent } = node
      // `fetch.bind(globalThis)` and the like keep nothing there.
      const isBound =
        ts.isCallExpression(parent) &&
        ts.isPropertyAccessExpression(parent.expression) &&
        parent.expression.name.text === 'bind'
      const isName = ts.isPropertyAccessExpression(parent) && parent.name === node
      const isKey = ts.isPropertyAssignment(parent) && parent.name === node
      return isBound || isName || isKey ? null : `uses ${node.text}`
    }),
  planted: { path: 'server/x.ts', text: 'globalThis.turns ??= new Map()' },
}

export const IMPORT_RULES: readonly Rule[] = [
  oneWay,
  doors,
  libAlone,
  pageWithoutNode,
  environment,
  globals,
  onlyImporter(
    /^(node:)?child_process$/,
    'node:child_process',
    /^server\/child-process\.ts$/,
    'server/child-process.ts',
    'never a shell, always an argument array, always an environment that was built on purpose',
  ),
  onlyImporter(
    /^node-pty$/,
    'node-pty',
    /^server\/terminal\//,
    'server/terminal/',
    'a PTY loses the tail of a burst: it is a view, never the record',
  ),
  onlyImporter(
    /^better-sqlite3$/,
    'better-sqlite3',
    /^db\/database\.ts$/,
    'db/database.ts',
    'synchronous=FULL is set and asserted on every connection',
  ),
]
