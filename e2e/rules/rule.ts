// What a rule of the house is, and how it is held against the files.
import { extname } from 'node:path/posix'
import ts from 'typescript'

export type SourceFile = {
  /** From the root of the project, with forward slashes. */
  path: string
  text: string
}

export type Rule = {
  /** The rule, as a sentence. */
  name: string
  why: string
  appliesTo(path: string): boolean
  /** @returns what is wrong, `LINE: …` where there is a line */
  check(file: SourceFile): string[]
  /** A file that breaks the rule: each rule is shown to see what it is there for. */
  planted: SourceFile
}

/** @returns how many files were looked at, and what is wrong with which */
export function holdAgainst(
  rule: Rule,
  files: readonly SourceFile[],
): { checked: number; violations: string[] } {
  const checked = files.filter((file) => rule.appliesTo(file.path))
  const violations = checked.flatMap((file) => rule.check(file).map((what) => `${file.path}:${what}`))
  return { checked: checked.length, violations }
}

/** The first directory of a path, '' for a file at the top. */
export function topOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path)
}

export function isCode(path: string): boolean {
  return ['.ts', '.tsx', '.mjs', '.js'].includes(extname(path))
}

/**
 * Programs that run without the console: the launcher, before any package is there; the broken services of drills, in
 * a workspace; the stand-ins for the CLI that tests start.
 */
const ALONE = [
  /^server\/(launch|install|build|build-lock|build-page)\.mjs$/,
  /^server\/drill\/.*\.mjs$/,
  /^e2e\/(fakes|bench)\/.*\.mjs$/,
]

export function runsAlone(path: string): boolean {
  return ALONE.some((pattern) => pattern.test(path))
}

const parsed = new WeakMap<SourceFile, ts.SourceFile>()

function parse(file: SourceFile): ts.SourceFile {
  const known = parsed.get(file)
  if (known) return known
  const kind = file.path.endsWith('.tsx') ? ts.ScriptKind.TSX : undefined
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true, kind)
  parsed.set(file, tree)
  return tree
}

/** @returns `LINE: …` for each node that `what` has something to say about; comments are no nodes */
export function findNodes(file: SourceFile, what: (node: ts.Node) => string | null): string[] {
  const tree = parse(file)
  const found: string[] = []
  const visit = (node: ts.Node) => {
    const said = what(node)
    if (said !== null) found.push(`${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${said}`)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** @returns `LINE: …` for each line that the pattern fits */
export function findLines(file: SourceFile, pattern: RegExp, say: (match: string) => string): string[] {
  return file.text.split('\n').flatMap((line, index) => {
    const match = pattern.exec(line)
    return match ? [`${index + 1}: ${say(match[0])}`] : []
  })
}

/** What a node imports: a name, null when it is computed, undefined when the node is no import. Types count as well. */
export function importOf(node: ts.Node): string | null | undefined {
  const isStatic = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
  if (isStatic) return node.moduleSpecifier && textOf(node.moduleSpecifier)
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : null
  if (!ts.isCallExpression(node)) return undefined
  const { expression, arguments: given } = node
  const isCall =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require')
  return isCall ? textOf(given[0]) : undefined
}

function textOf(node: ts.Node | undefined): string | null {
  return node && ts.isStringLiteralLike(node) ? node.text : null
}
