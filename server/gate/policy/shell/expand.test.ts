// Words as the real shell expands them, against what the analysis takes them for.
import fc from 'fast-check'
import { parse } from 'unbash'
import { expect, test } from 'vitest'
import { runProcess } from '../../../child-process.ts'
import { isKnown } from '../text.ts'
import { expandBraces } from './braces.ts'
import { expandWord } from './expand.ts'
import { assign, createShell } from './state.ts'

/** Set before every word, in both. */
const SETTINGS =
  "cwd=/w; a='x y'; b=rm; e=; f=/v/log.tar.gz; p='*'; arr=(one 'two three' four); set -- first 'second one'"

const shell = createShell('/w', '/root')
assign(shell, 'a', ['x y'])
assign(shell, 'b', ['rm'])
assign(shell, 'e', [''])
assign(shell, 'f', ['/v/log.tar.gz'])
assign(shell, 'p', ['*'])
shell.arrays.set('arr', ['one', 'two three', 'four'])
shell.positional = ['first', 'second one']

/** One a line. */
const PIECES = String.raw`
rm
-rf
/
.
x
a\ b
\\
\'
'q r'
''
"d e"
""
$'t\x41\n'
$'\''
"$a"
$a
$b
$e
"$e"
~/x
{a,b}
{1..3}
{a,{b,c}}
x{,y}
{x}
{,}
"{a,b}"
\{a,b}
'a'"b"c
=
:
,
[a]
"$p"
"$@"
$1
"$2"
$<a>
$<b>x
$<f##*/>
$<f%.gz>
$<f%%.*>
$<f#*.>
$<f%/*>
$<f/log/out>
$<f//a/b>
$<b^^>
$<b:0:1>
$<e:-dflt>
$<e:+no>
$<a:+yes>
"$<arr[@]>"
$<arr[1]>
$<a% *>
$<#a>
'it''s'
`
const pieces = fc.constantFrom(
  ...PIECES.trim()
    .split('\n')
    .map((piece) => piece.replace('$<', '${').replace('>', '}')),
)
const word = fc.array(pieces, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))

test('expandWord() gives the fields that bash gives, or says that it does not know', async () => {
  const words = fc.sample(word, { numRuns: 1500, seed: 7 }).filter((text) => {
    const { errors, commands } = parse(`: ${text}`)
    const command = commands[0]?.command
    return !errors?.length && commands.length === 1 && command?.type === 'Command'
  })
  expect(words.length).toBeGreaterThan(700)
  const script = `set -f; HOME=/root; ${SETTINGS}\n${words.map((text) => `printf '%s\\1' ${text}; printf '\\2'`).join('\n')}`
  const { stdout, exitCode, stderr } = await runProcess('/bin/bash', ['--norc', '-c', script], {
    env: { PATH: '/usr/bin:/bin' },
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const real = stdout.split('\x02').slice(0, -1)
  expect(real.length).toBe(words.length)

  let known = 0
  words.forEach((text, index) => {
    const command = parse(`: ${text}`).commands[0]?.command
    const fields =
      command?.type === 'Command'
        ? command.args.flatMap((each) => (each.type === 'Word' ? expandWord(each, shell, () => '') : []))
        : []
    // Without any field printf still prints its format once.
    const expected = (real[index] ?? '').split('\x01').slice(0, -1)
    if (!fields.every(isKnown)) return
    known++
    expect(fields.length === 0 ? [''] : fields, text).toEqual(expected)
  })
  expect(known / words.length).toBeGreaterThan(0.8)
})

test('expandBraces() gives up when there are too many words', () => {
  expect(expandBraces('{a,b}'.repeat(20))).toBeNull()
  expect(expandBraces('{1..100000}')).toBeNull()
})
