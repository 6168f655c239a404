#!/usr/bin/env node
// A stand-in for the CLI that does what the real one can't be made to do. The model's name says what: `drill-hang-after-result`.
const { spawn } = require('node:child_process')
const { existsSync, writeSync } = require('node:fs')
const { createInterface } = require('node:readline')

const argv = process.argv.slice(2)
if (argv.includes('--version')) {
  console.log('2.1.197 (stand-in)')
  process.exit(0)
}
const option = (name) => argv[argv.indexOf(name) + 1]
const mode = option('--model').replace(/^drill-/, '')
const session_id = argv.includes('--resume') ? option('--resume') : option('--session-id')
const say = (message) => writeSync(1, `${JSON.stringify(message)}\n`)
const text = (words) =>
  say({
    type: 'assistant',
    message: { id: 'msg_1', role: 'assistant', content: [{ type: 'text', text: words }] },
    session_id,
  })
const init = () =>
  say({
    type: 'system',
    subtype: 'init',
    session_id,
    model: `drill-${mode}`,
    cwd: process.cwd(),
    tools: [],
    claude_code_version: '2.1.197',
  })
const result = (words) =>
  say({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: words,
    duration_ms: 1,
    num_turns: 1,
    total_cost_usd: 0,
  })

setInterval(() => {}, 60_000)
if (mode === 'ignores-term' || mode === 'hang-after-result') process.on('SIGTERM', () => {})

const play = {
  plain() {
    init()
    text('Done.')
    result('Done.')
  },
  'ignores-term'() {
    init()
    text('I do not listen.')
  },
  'exit-0'() {
    init()
    text('I forget the result.')
    process.exit(0)
  },
  'exit-3'() {
    init()
    writeSync(2, 'the disk of this model is on fire\n')
    process.exit(3)
  },
  'hang-after-result'() {
    init()
    text('Done.')
    result('Done.')
  },
  waits: init,
  silent() {},
  'silent-after-init': init,
  'dies-mid-line'() {
    init()
    text('Before the end.')
    writeSync(1, '{"type":"assistant","message":{"id":"msg_2","cont')
    process.kill(process.pid, 'SIGKILL')
  },
  // As many megabytes as the prompt says.
  'much-stderr'(prompt) {
    init()
    const lines = `${'e'.repeat(99)}\n`.repeat(10_000)
    for (let megabytes = 0; megabytes < Number(prompt); megabytes++) writeSync(2, lines)
    result('That was much.')
  },
  'says-more-after-result'() {
    init()
    result('Done.')
    init()
    text('One more thing, unasked.')
    result('Unasked.')
  },
  // As many lines as the prompt says, as many a second as it says then; fewer once a file says that it is enough.
  counts(prompt) {
    init()
    const [lines, perSecond] = prompt.split(' ').map(Number)
    const begun = Date.now()
    let written = 0
    const timer = setInterval(() => {
      const due = Math.min(lines, Math.floor(((Date.now() - begun) / 1000) * perSecond))
      for (; written < due; written++) text(String(written + 1))
      if (written < lines && !existsSync('enough')) return
      clearInterval(timer)
      result('That was all.')
    }, 10)
  },
  'reads-late': (prompt) => {
    init()
    result(`${prompt.length} characters`)
  },
  'odd-bytes'() {
    init()
    const said = (bytes) => {
      const [before, after] = JSON.stringify({
        type: 'assistant',
        message: { id: `msg_${bytes.length}`, role: 'assistant', content: [{ type: 'text', text: '<>' }] },
      }).split('<>')
      return Buffer.concat([Buffer.from(`${before}<`), Buffer.from(bytes), Buffer.from(`>${after}\n`)])
    }
    writeSync(1, said([0xff, 0xfe, 0xed, 0xa0, 0x80, 0xc3])) // no UTF-8
    writeSync(1, said(Buffer.from('\\ud83d and \\u0000'))) // half a pair and NUL, as JSON has them
    writeSync(1, Buffer.from('\ufeff{"type":"after a byte order mark"}\n'))
    writeSync(1, Buffer.from('a line with NUL [\0] in it\n'))
    writeSync(1, '\n[1,2]\n7\n{"__proto__":{"type":"result"},"constructor":1}\n')
    writeSync(1, `${JSON.stringify({ type: 'unheard-of', words: 'ends with CR' })}\r\n`)
    const split = said(Buffer.from('ein Ö und ein 😀'))
    const parts = [split.indexOf(0xc3) + 1, split.indexOf(0xf0) + 2]
    writeSync(1, split.subarray(0, parts[0]))
    setTimeout(() => writeSync(1, split.subarray(...parts)), 100)
    setTimeout(() => {
      writeSync(1, split.subarray(parts[1]))
      writeSync(1, JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'No LF.' }))
      process.exit(0)
    }, 200)
  },
  // A line of 100 MB.
  'huge-line'() {
    init()
    const [before, after] = JSON.stringify({
      type: 'assistant',
      message: { id: 'msg_1', role: 'assistant', content: [{ type: 'text', text: '<>' }] },
    }).split('<>')
    writeSync(1, before)
    const megabyte = Buffer.alloc(1_000_000, 'h')
    for (let count = 0; count < 100; count++)
      for (let at = 0; at < megabyte.length; ) at += writeSync(1, megabyte, at)
    writeSync(1, `${after}\n`)
    result('That was long.')
  },
  floods() {
    init()
    for (let count = 0; count < 800; count++) text(`${count} ${'f'.repeat(32_000)}`)
    result('That was much.')
  },
  'child-without-environment'() {
    init()
    // Carries no marker: only its descent tells whose it is.
    spawn('sleep', ['611'], { env: {}, stdio: 'ignore', detached: true }).unref()
    text('Left a child.')
    result('Left a child.')
  },
}

function listen() {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line)
    if (message.type === 'user') return play[mode](message.message.content)
    const { request_id, request } = message
    if (message.type === 'control_request' && request.subtype === 'interrupt' && mode === 'waits')
      say({ type: 'result', subtype: 'error_during_execution', is_error: true, duration_ms: 1, num_turns: 1 })
    if (message.type === 'control_request' && request.subtype === 'initialize')
      say({ type: 'control_response', response: { subtype: 'success', request_id, response: {} } })
  })
}

// Until then nothing is read: what does not fit into the FIFO waits.
setTimeout(listen, mode === 'reads-late' ? 3_000 : 0)
