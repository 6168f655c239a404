// Loaded into a console before anything else, as `clock.mjs?file=PATH`: its wall clock is off by the milliseconds that stand there.
import { readFileSync } from 'node:fs'

const file = new URL(import.meta.url).searchParams.get('file')
const RealDate = Date
let offset = 0
const read = () => {
  try {
    offset = Number(readFileSync(file, 'utf8') || offset)
  } catch {}
}
read()
setInterval(read, 50).unref()

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + offset)
    else super(...given)
  }
  // Next makes a Date of its own of what stands here itself.
  static parse = RealDate.parse
  static UTC = RealDate.UTC
  static now() {
    return RealDate.now() + offset
  }
}
