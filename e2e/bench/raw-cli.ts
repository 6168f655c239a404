// The CLI without a console, to measure the console against: plain flags, a home of its own, nothing inherited.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChildProcess, startProcess } from '../../server/child-process.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT } from '../support/console.ts'
import { now } from './subscriber.ts'

const FLAGS = ['--output-format', 'stream-json', '--verbose', '--include-partial-messages']

export type RawCli = {
  child: ChildProcess
  /** Settles with the time at which its output, from the call on, holds the words. Rejects when it ends before. */
  says(words: string): Promise<number>
  /** Ends it and removes what it has written. */
  close(): Promise<void>
}

/** @param args behind `-p`: the prompt, or how prompts come in */
export function startRawCli(modelUrl: string, scenario: string, args: readonly string[]): RawCli {
  const home = mkdtempSync(join(tmpdir(), 'breakglass-bench-'))
  const child = startProcess(
    join(ROOT, 'node_modules', '.bin', 'claude'),
    ['-p', ...args, ...FLAGS, '--model', `drill-${scenario}`, '--setting-sources', ''],
    {
      cwd: home,
      env: {
        PATH: readEnvironment().inherited.PATH ?? '',
        HOME: home,
        CLAUDE_CONFIG_DIR: join(home, 'config'),
        ANTHROPIC_BASE_URL: modelUrl,
        ANTHROPIC_API_KEY: 'sk-ant-bench-dummy-key',
        DISABLE_AUTOUPDATER: '1',
        DISABLE_TELEMETRY: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    child,
    says: (words) =>
      new Promise((resolve, reject) => {
        let output = ''
        const stop = (settle: () => void) => {
          child.stdout?.off('data', take)
          child.off('close', gone)
          settle()
        }
        const take = (chunk: Buffer) => {
          output += chunk
          const at = now()
          if (output.includes(words)) stop(() => resolve(at))
        }
        const gone = (code: number | null) =>
          stop(() => reject(new Error(`The raw CLI ended (exit code ${code}): ${output.slice(-500)}`)))
        child.stdout?.on('data', take)
        child.once('close', gone)
      }),
    async close() {
      child.stdout?.resume()
      child.stdin?.end()
      await ended
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
