// Rules about what stands in the code: no way around the compiler, the linter or the tests.
import ts from 'typescript'
import { findLines, findNodes, isCode, isTest, type Rule } from './rule.ts'

const noAny: Rule = {
  name: 'there is no any',
  why: 'it switches the compiler off for everything that it touches; unknown and a check at the edge say the same honestly',
  appliesTo: (path) => /\.tsx?$/.test(path),
  check: (file) =>
    findNodes(file, (node) =>
      node.kind === ts.SyntaxKind.AnyKeyword ? `any: ${node.parent.getText()}` : null,
    ),
  planted: { path: 'lib/x.ts', text: 'export function x(value: any) {}' },
}

const noSilencing: Rule = {
  name: 'no comment silences the compiler, the linter or the coverage',
  why: 'a rule that is wrong is changed in its configuration, for everybody and with the reason',
  appliesTo: isCode,
  check: (file) =>
    findLines(
      file,
      /(\/\/|\/\*|\{\/\*)\s*(@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable|prettier-ignore|knip-ignore|v8 ignore|istanbul ignore)/,
      (match) => match,
    ),
  planted: { path: 'lib/x.ts', text: `// ${'@ts'}-ignore\n` },
}

const SWITCHES = new Set(['skip', 'skipIf', 'runIf', 'only', 'todo', 'fails'])

/** Without Chromium, the rights of root or the controllers of cgroup v2, these are skipped: the reason is printed, and how many they are. */
const SKIP_WITH_REASON = new Set([
  'e2e/browser/describe-in-browser.ts',
  'e2e/disk-full.test.ts',
  'e2e/cgroup-limits.test.ts',
  'e2e/containment.test.ts',
  'e2e/kill.test.ts',
  'e2e/hostile/deaths.test.ts',
  'e2e/hostile/limits.test.ts',
])

const allTestsRun: Rule = {
  name: 'no test is skipped, singled out or left to do',
  why: 'a count of passed tests says something only when all of them ran',
  appliesTo: (path) => (isTest(path) || /^e2e\/.*\.ts$/.test(path)) && !SKIP_WITH_REASON.has(path),
  check: (file) =>
    findNodes(file, (node) => {
      if (
        ts.isCallExpression(node) &&
        /^(xit|xtest|xdescribe|fit|fdescribe)$/.test(node.expression.getText())
      )
        return node.expression.getText()
      if (!ts.isPropertyAccessExpression(node) || !SWITCHES.has(node.name.text)) return null
      const text = node.getText()
      return /^(it|test|describe|suite|bench|context|ctx)\b/.test(text) ? text : null
    }),
  planted: { path: 'lib/x.test.ts', text: "it.skip('x', () => {})" },
}

const noMocks: Rule = {
  name: 'tests use real things',
  why: 'a mocked module shows that the mock works',
  appliesTo: isTest,
  check: (file) =>
    findNodes(file, (node) =>
      ts.isPropertyAccessExpression(node) &&
      /^vi\.(mock|doMock|hoisted|stubGlobal|spyOn)$/.test(node.getText())
        ? node.getText()
        : null,
    ),
  planted: { path: 'lib/x.test.ts', text: "vi.mock('./y.ts')" },
}

export const CODE_RULES: readonly Rule[] = [noAny, noSilencing, allTestsRun, noMocks]
