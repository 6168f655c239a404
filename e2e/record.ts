// Records the fixtures anew with the real CLI: `npm run record [NAME…]`, or only translates them anew with `--translate`.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { runProcess } from '../server/child-process.ts'
import { modelOf, startScriptedModel } from '../server/drill/scripted-model.ts'
import { readCase, translateSpool } from './fixture-case.ts'
import { normalise } from './fixture-normalise.ts'
import { runFixture } from './fixture-run.ts'

const FIXTURES = resolve('e2e/fixtures')
const CLAUDE = resolve('node_modules/.bin/claude')

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const onlyTranslate = process.argv.includes('--translate')

const version = await claudeVersion()
const model = await startScriptedModel({ scenarios: FIXTURES })
try {
  const entries = await readdir(FIXTURES, { withFileTypes: true })
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`${name}: ${await record(name)}`)
  }
} finally {
  await model.close()
}

async function record(name: string): Promise<string> {
  const folder = join(FIXTURES, name)
  const fixture = await readCase(folder)
  const spoolFile = join(folder, 'spool.ndjson')
  const isRun = !fixture.by_hand && !onlyTranslate
  if (isRun) {
    const { spool, places } = await runFixture(fixture, CLAUDE, { url: model.url, name: modelOf(name) })
    await writeFile(spoolFile, normalise(spool, places))
    await writeFile(join(folder, 'meta.json'), `${JSON.stringify({ claude_version: version }, null, 2)}\n`)
  }
  const translations = translateSpool(await readFile(spoolFile), fixture, 65_536)
  const expected = translations.map((translation) => `${JSON.stringify(translation)}\n`).join('')
  await writeFile(join(folder, 'expected.ndjson'), expected)
  return `${isRun ? 'recorded' : 'translated'}, ${translations.length} translations`
}

async function claudeVersion(): Promise<string> {
  const { stdout, stderr } = await runProcess(CLAUDE, ['--version'], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', DISABLE_AUTOUPDATER: '1' },
  })
  const found = /^(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (!found) throw new Error(`"${CLAUDE} --version" names no version: ${stderr || stdout}`)
  return found
}
