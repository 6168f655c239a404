// How much memory a process holds, from the kernel.
import { readFileSync } from 'node:fs'

/** Resident megabytes; null where the kernel does not tell. */
export function residentMegabytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes ? (Number(kilobytes) * 1024) / 1e6 : null
  } catch {
    return null
  }
}
