// Starts programs: the only importer of node:child_process. Never a shell, always an argument array.
import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process'

export type { ChildProcess }

/**
 * Starts a program with exactly the environment given.
 *
 * @param file an absolute path, or a name looked up on the PATH of `options.env`
 * @param options.detached gives the program a process group of its own
 */
export function startProcess(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env: Record<string, string>; stdio?: StdioOptions; detached?: boolean },
): ChildProcess {
  return spawn(file, args, { ...options, env: options.env as NodeJS.ProcessEnv, shell: false })
}

export type Finished = { exitCode: number | null; stdout: string; stderr: string }

/**
 * Runs a short program to its end; at most 4 MiB of output are kept.
 * Never rejects: a program that can't be started, is killed or times out has `exitCode` null and the reason in `stderr`.
 *
 * @param options.timeoutMs after which it is killed, 10,000 unless given
 */
export function runProcess(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env: Record<string, string>; timeoutMs?: number },
): Promise<Finished> {
  const { timeoutMs = 10_000, cwd, env } = options
  return new Promise((resolve) => {
    const settings = {
      ...(cwd ? { cwd } : {}),
      env: env as NodeJS.ProcessEnv,
      maxBuffer: 4 << 20,
      encoding: 'utf8',
    } as const
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      clearTimeout(timer)
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      const reason = exitCode === null && error !== null ? error.message : ''
      resolve({ exitCode, stdout, stderr: stderr || reason })
    })
    // On a host so slow that we are late ourselves it may have ended in time: what it said is read first.
    const timer = setTimeout(() => setImmediate(cut), timeoutMs)

    /** Also lets go of what it has started and left holding its output. */
    function cut() {
      child.kill('SIGKILL')
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
  })
}
