import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../../server/environment.ts'
import { findBrowser, PLACES } from '../support/browser.ts'

/** A suite that needs a browser. Without one it is skipped and says what was looked for; with CI=true it fails. */
export function describeInBrowser(name: string, define: () => void): void {
  if (findBrowser() !== null) {
    describe(name, define)
    return
  }
  const reason = `No browser was found: looked for ${PLACES.join(', ')}`
  if (readEnvironment().ci) it(`${name}: a browser is there`, () => expect.fail(reason))
  else {
    console.log(`${name}: skipped. ${reason}`)
    describe.skip(name, define)
  }
}
