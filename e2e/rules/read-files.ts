// Reads the files of the project, without what was installed or built.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceFile } from './rule.ts'

/** As in .gitignore, and git's own. */
const LEFT_OUT = /^(\.git|node_modules|\.build|\.next|next-env\.d\.ts|[^/]*\.tsbuildinfo|e2e\/results)$/
const BINARY = /\.(png|jpe?g|webp|gif|ico|woff2?|ttf|gz|zip)$/

/** @param root of the project */
export function readFiles(root: string, folder = ''): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (LEFT_OUT.test(path)) return []
    if (entry.isDirectory()) return readFiles(root, path)
    if (!entry.isFile()) return []
    return [{ path, text: BINARY.test(path) ? '' : readFileSync(join(root, path), 'utf8') }]
  })
}
