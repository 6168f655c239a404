// The Chromium of this machine: found where distributions put it, never downloaded.
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { readEnvironment } from '../../server/environment.ts'

/** Names on the PATH, and places that are on none. */
export const CHROMIUM_PLACES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const

/** The path of a Chromium on this machine, or null. */
export function findChromium(): string | null {
  const directories = (readEnvironment().inherited.PATH ?? '').split(delimiter).concat('/usr/bin')
  const paths = CHROMIUM_PLACES.flatMap((place) =>
    isAbsolute(place) ? [place] : directories.map((directory) => join(directory, place)),
  )
  return paths.find((path) => existsSync(path)) ?? null
}

/** @throws Error naming what was looked for when there is none */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null)
    throw new Error(`No Chromium was found: looked for ${CHROMIUM_PLACES.join(', ')}`)
  // Chromium refuses to sandbox itself for root.
  const sandbox = userInfo().uid === 0 ? ['--no-sandbox'] : []
  const quiet = [
    '--disable-background-networking',
    '--no-first-run',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath, args: [...sandbox, '--disable-gpu', ...quiet] })
}
