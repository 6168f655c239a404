// Records the fixtures anew with the real CLI: `npm run record [NAME…]`, or only translates them anew with `--translate`.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '../server/child-process.ts'
import { modelOf, startScriptedModel } from '../server/drill/scripted-model.ts'
import { type FixtureCase, readCase, translateSpool } from './fixture-case.ts'
import { normalise } from './fixture-normalise.ts'
import { runFixture } from './fixture-run.ts'

/**
 * @param root of the project
 * @param args names of fixtures, none for all; `--translate` leaves the spools as they are
 * @returns the exit code
 */
export async function main(root: string, args: readonly string[]): Promise<number> {
  const fixtures = join(root, 'e2e', 'fixtures')
  const claude = join(root, 'node_modules', '.bin', 'claude')
  const names = args.filter((argument) => !argument.startsWith('--'))
  const version = await versionOf(claude)
  const model = await startScriptedModel({ scenarios: fixtures })
  try {
    const entries = await readdir(fixtures, { withFileTypes: true })
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
      if (names.length > 0 && !names.includes(name)) continue
      const folder = join(fixtures, name)
      const fixture = await readCase(folder)
      const isRun = !fixture.by_hand && !args.includes('--translate')
      if (isRun) {
        const { spool, places } = await runFixture(fixture, claude, { url: model.url, name: modelOf(name) })
        await writeFile(join(folder, 'spool.ndjson'), normalise(spool, places))
        await writeFile(
          join(folder, 'meta.json'),
          `${JSON.stringify({ claude_version: version }, null, 2)}\n`,
        )
      }
      console.log(
        `${name}: ${isRun ? 'recorded' : 'translated'}, ${await translate(folder, fixture)} translations`,
      )
    }
  } finally {
    await model.close()
  }
  return 0
}

async function translate(folder: string, fixture: FixtureCase): Promise<number> {
  const translations = translateSpool(await readFile(join(folder, 'spool.ndjson')), fixture, 65_536)
  const expected = translations.map((translation) => `${JSON.stringify(translation)}\n`).join('')
  await writeFile(join(folder, 'expected.ndjson'), expected)
  return translations.length
}

async function versionOf(claude: string): Promise<string> {
  const { stdout, stderr } = await runProcess(claude, ['--version'], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', DISABLE_AUTOUPDATER: '1' },
  })
  const found = /^(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (!found) throw new Error(`"${claude} --version" names no version: ${stderr || stdout}`)
  return found
}
