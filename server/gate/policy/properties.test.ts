// What has to hold for every command, not only for those that somebody thought of.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { AXES, VERDICTS } from '../../../lib/events.ts'
import { createPolicyEngine } from './engine.ts'
import type { Judgement } from './judgement.ts'
import { policySchema } from './policy-file.ts'

const engine = createPolicyEngine(policySchema.parse({}))
const data = '/var/lib/breakglass'
const context = {
  workspace: `${data}/sessions/s1/workspace`,
  cwd: `${data}/sessions/s1/workspace`,
  dataDirectory: data,
}
const judge = (command: string): Judgement => engine.judge({ tool_name: 'Bash', input: { command } }, context)
const strictness = (judgement: Judgement) => VERDICTS.indexOf(judgement.verdict)
const weight = (judgement: Judgement) => AXES.indexOf(judgement.axis)

const corpus = parse(readFileSync(join(import.meta.dirname, 'corpus.yaml'), 'utf8')) as {
  cases: { expect: string; commands: string[] }[]
}
const expecting = (start: string) =>
  corpus.cases.filter((each) => each.expect.startsWith(start)).flatMap((each) => each.commands)

/** Commands that are one program with its words, and mean the same wherever they stand. */
const DANGEROUS = [
  ['rm', '-rf', '/'],
  ['rm', '-rf', '/srv/app'],
  ['rm', '-r', '-f', '/etc'],
  ['dd', 'if=/dev/zero', 'of=/dev/sda'],
  ['mkfs.ext4', '/dev/sdb1'],
  ['wipefs', '-a', '/dev/sdb'],
  ['truncate', '-s', '0', '/var/log/syslog'],
  ['psql', '-c', 'drop table users'],
  ['redis-cli', 'flushall'],
  ['kubectl', 'delete', 'pod', 'x'],
  ['docker', 'system', 'prune', '-af'],
  ['terraform', 'destroy', '-auto-approve'],
  ['git', 'push', '--force', 'origin', 'main'],
  ['reboot'],
  ['userdel', '-r', 'deploy'],
  ['iptables', '-F'],
  ['crontab', '-r'],
  ['systemctl', 'stop', 'nginx'],
  ['systemctl', 'stop', 'breakglass'],
  ['killall', 'node'],
  ['cat', '/etc/shadow'],
  ['cp', 'a.conf', '/etc/app.conf'],
  ['tee', '/etc/app.conf'],
  ['sed', '-i', 's/a/b/', '/etc/app.conf'],
  ['chmod', '-R', '777', '/'],
  ['mv', '/etc', '/etc.old'],
  ['python3', '-c', 'print(1)'],
  ['frobnicate', '--now'],
] as const

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
const plain = (words: readonly string[]) =>
  words.map((word) => (/^[\w./=-]+$/.test(word) ? word : quote(word))).join(' ')

/** Ways to write a word that mean the same to the shell. */
const spelling = (word: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('single', 'double', 'ansi', 'hex', 'escaped', 'empty', 'variable', 'echo'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((ways) => {
      const length = Math.max(1, Math.ceil(word.length / ways.length))
      return ways
        .map((way, index) => {
          const part = word.slice(index * length, (index + 1) * length)
          if (part === '') return "''"
          if (way === 'single') return quote(part)
          if (way === 'double') return `"${part.replace(/[\\"$`]/g, '\\$&')}"`
          if (way === 'ansi') return `$'${part.replace(/[\\']/g, '\\$&')}'`
          if (way === 'hex')
            return `$'${[...part].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}'`
          if (way === 'escaped') return [...part].map((letter) => `\\${letter}`).join('')
          if (way === 'empty') return `''${quote(part)}""`
          if (way === 'variable') return `"\${unlikely_name:-${part.replace(/[\\"$`}]/g, '\\$&')}}"`
          return `"$(printf '%s' ${quote(part)})"`
        })
        .join('')
    })
const blanks = fc.constantFrom(' ', '   ', '\t', ' \\\n ')

/** What may stand before a program and its words. */
const BEFORE =
  'sudo|sudo -u root --|sudo -E A=b|env|env -i A=b|A=b|nohup|setsid -w|nice -n 5|ionice -c 3|timeout 5|timeout -s KILL 5|stdbuf -oL|command|exec|time|!|busybox|doas|xargs|xargs -n 1|find . -exec|flock /run/l|strace -f|chroot /mnt|nsenter -t 1 -m|systemd-run --scope|ssh host|docker exec c|kubectl exec p --|watch|parallel|unknown-wrapper|./unknown-wrapper|$UNKNOWN_WRAPPER|frob --flag x'.split(
    '|',
  )

/** A word that ends a here-document, and does not stand in it. */
const end = (script: string) => `END_${script.length}`

/** What may stand around any script. */
const AROUND: ((script: string) => string)[] = [
  (script) => `(${script}\n)`,
  (script) => `{ ${script}\n}`,
  (script) => `echo $(${script}\n)`,
  (script) => `x=$(${script}\n)`,
  (script) => `cat <(${script}\n)`,
  (script) => `if true; then ${script}\nfi`,
  (script) => `if false; then :; else ${script}\nfi`,
  (script) => `for i in 1 2; do ${script}\ndone`,
  (script) => `while read -r line; do ${script}\ndone`,
  (script) => `case $x in a) ${script}\n;; esac`,
  (script) => `f() { ${script}\n}; f`,
  (script) => `ls; ${script}`,
  (script) => `ls && ${script}`,
  (script) => `ls || ${script}`,
  (script) => `ls\n${script}`,
  (script) => `${script}\nls`,
  (script) => `{ ${script}\n} | cat`,
  (script) => `{ ${script}\n} &`,
  (script) => `{ ${script}\n} > out.txt`,
  (script) => `sh -c ${quote(script)}`,
  (script) => `bash -lc ${quote(script)}`,
  (script) => `sudo bash -c ${quote(script)}`,
  (script) => `nohup sh -c ${quote(script)} &`,
  (script) => `eval ${quote(script)}`,
  (script) => `bash <<< ${quote(script)}`,
  (script) => `bash <<'${end(script)}'\n${script}\n${end(script)}`,
  (script) => `printf '%s' ${quote(script)} | sh`,
  (script) => `echo ${Buffer.from(script).toString('base64')} | base64 -d | bash`,
  (script) => `trap ${quote(script)} EXIT`,
  (script) => `X=${quote(script)}; eval "$X"`,
  (script) => `bash -c "$(cat <<'${end(script)}'\n${script}\n${end(script)}\n)"`,
  (script) => `xargs -I@@@ sh -c ${quote(script)}`,
  (script) => `find . -exec sh -c ${quote(script)} \\;`,
]

describe('judge()', () => {
  test('never throws whatever it is given', () => {
    const tokens = fc.constantFrom(
      ...`rm -rf / $( ) \` ( ) { } ; & | && || " ' $ \${ x = <<E > >> <( if then fi for in do done case esac while (( )) [[ ]] \\ # ! ~ * ? [a] {a,b} $(( é function f() coproc time ;; 1 0 $x \${x:- \${x//a/ @ % ^ sudo env sh -c eval xargs find -exec find ssh kubectl exec docker`.split(
        ' ',
      ),
      '\n',
      '\0',
      '\uE000',
      '\uD800',
    )
    const soup = fc
      .array(fc.tuple(tokens, fc.constantFrom('', ' ')), { maxLength: 40 })
      .map((parts) => parts.flat().join(''))
    fc.assert(
      fc.property(
        fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 })),
        fc.string(),
        (command, tool) => {
          expect(VERDICTS).toContain(judge(command).verdict)
          expect(VERDICTS).toContain(
            engine.judge({ tool_name: tool, input: { command, file_path: command } }, context).verdict,
          )
        },
      ),
      { numRuns: 1500 },
    )
  }, 30_000)

  test.each([
    ['brackets', '('.repeat(40_000)],
    ['substitutions', '$('.repeat(40_000)],
    ['shells in shells', 'eval '.repeat(6000)],
    ['braces', `echo ${'{a,b}'.repeat(40)}`],
    ['nested braces', `echo ${'{a,'.repeat(5000)}${'}'.repeat(5000)}`],
    ['a long pipeline', 'a|'.repeat(16_000)],
    ['loops in loops', `${'for i in 1 2 3; do '.repeat(60)}:${'; done'.repeat(60)}`],
    ['doubling variables', `a=xx; ${Array.from({ length: 60 }, () => 'a=$a$a').join(';')}; echo $a`],
    [
      'functions that call functions',
      `${Array.from({ length: 40 }, (_, n) => `f${n + 1}() { f${n}; f${n}; f${n}; }`).join('\n')}; f40`,
    ],
    ['more than fits', `: ${'x'.repeat(100_000)}`],
    [
      'choices',
      `${Array.from({ length: 12 }, (_, n) => `for v${n} in 1 2 3 4 5; do`).join(' ')} echo $v0$v1$v2$v3$v4$v5$v6$v7$v8$v9$v10$v11${'; done'.repeat(12)}`,
    ],
    ['xargs of xargs', 'xargs '.repeat(5000)],
  ])('comes to an end when there are %s, and asks where it gives up', (_, command) => {
    expect(judge(command).verdict).toBeDefined()
    expect(strictness(judge(`${command}; rm -rf /srv/x`))).toBeGreaterThanOrEqual(VERDICTS.indexOf('ask'))
  })

  test('is no milder when a program is run by another one', () => {
    for (const words of DANGEROUS) {
      const bare = judge(plain(words))
      for (const before of BEFORE) {
        const command = `${before} ${plain(words)}`
        expect(strictness(judge(command)), command).toBeGreaterThanOrEqual(strictness(bare))
        expect(weight(judge(command)), command).toBeGreaterThanOrEqual(weight(bare))
      }
    }
  })

  test('is no milder when a script stands inside of another one', () => {
    const scripts = [...expecting('never'), ...expecting('ask')].filter(
      // `{}` means something else within find, and a comment or `&` does not go on behind it.
      (command) => !/<<|^#|unclosed|&$|\{\}/.test(command),
    )
    expect(scripts.length).toBeGreaterThan(300)
    for (const script of scripts) {
      const bare = judge(script)
      for (const around of AROUND) {
        const command = around(script)
        expect(strictness(judge(command)), command).toBeGreaterThanOrEqual(strictness(bare))
      }
    }
  }, 30_000)

  test('is no milder when wrappers are stacked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DANGEROUS),
        fc.array(fc.constantFrom(...AROUND), { maxLength: 4 }),
        fc.array(fc.constantFrom(...BEFORE.filter((each) => !/^(!|time|A=b)/.test(each))), { maxLength: 3 }),
        (words, around, before) => {
          const simple = [...before, plain(words)].join(' ')
          const command = around.reduce((script, wrap) => wrap(script), simple)
          expect(strictness(judge(command)), command).toBeGreaterThanOrEqual(strictness(judge(plain(words))))
        },
      ),
      { numRuns: 600 },
    )
  })

  test('says the same when words are spelled or spaced differently', () => {
    const spelled = fc
      .constantFrom(...DANGEROUS)
      .chain((words) =>
        fc.tuple(
          fc.constant(words),
          fc.tuple(...words.map(spelling)),
          fc.array(blanks, { minLength: words.length, maxLength: words.length }),
        ),
      )
    fc.assert(
      fc.property(spelled, ([words, spellings, spaces]) => {
        const command = spellings.map((word, index) => (index > 0 ? spaces[index] : '') + word).join('')
        expect(judge(command), command).toEqual(judge(plain(words)))
      }),
      { numRuns: 800 },
    )
  })

  test('still allows what is harmless when it is joined', () => {
    const harmless = expecting('allow reversible').filter(
      (command) => judge(command).axis === 'reversible' && !/<<|#|&$|^wait|^\w+=/.test(command),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...harmless),
        fc.constantFrom(';', ' &&', ' ||', '\n'),
        fc.constantFrom(...harmless),
        (first, join, second) => {
          const command = `${first}${join} ${second}`
          expect(judge(command), command).toMatchObject({ verdict: 'allow', axis: 'reversible' })
        },
      ),
      { numRuns: 800 },
    )
  })
})
