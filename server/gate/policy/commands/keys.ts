// Keys and certificates made and read by hand.
import type { Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { write } from './files.ts'
import { readOptions } from './options.ts'

const openssl: Classifier = (call) => {
  const args = call.args.map((arg) => (/^-[a-z][\w-]+$/i.test(arg) ? `-${arg}` : arg))
  const options = readOptions(
    args,
    'in out keyout key CAfile CApath connect servername subj config days passin passout newkey inkey certfile cert pass starttls verify_hostname host port rand writerand',
  )
  for (const path of options.valuesOf('out', 'keyout', 'writerand')) write(call, path)
  for (const path of options.valuesOf('in', 'key', 'inkey', 'CAfile', 'cert')) call.emit('read', { path })
  const target = options.valueOf('connect')
  if (target) call.emit('connect', { host: target.replace(/:\d*$/, '') })
  if (/^(s_server|ca|engine)$/.test(args[0] ?? '') && !options.has('help'))
    call.emit('unknown-program', { note: `openssl ${args[0]}` })
  return undefined
}

const sshKeys: Classifier = (call) => {
  const options = readOptions(call.args, 'f N t b C P R F D I n O V s m r a Y')
  const file = options.valueOf('f') ?? '~/.ssh/id_ed25519'
  if (options.has('R')) call.emit('edit', { path: '~/.ssh/known_hosts' })
  else if (options.has('l', 'F', 'y', 'L', 'B', 'e', 'Q')) {
    if (options.has('y')) call.emit('read', { path: file })
  } else if (options.has('p')) call.emit('credential')
  else if (options.has('A') || options.has('s', 'k')) call.emit('credential')
  else call.emit('overwrite', { path: file })
  return undefined
}

const copyKey: Classifier = (call) => {
  call.emit('remote-change', { host: call.args.at(-1) ?? UNKNOWN })
  return undefined
}

export const keys: [string, Classifier][] = [
  ['openssl', openssl],
  ['ssh-keygen', sshKeys],
  ['ssh-copy-id', copyKey],
]
