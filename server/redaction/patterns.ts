// The shapes of secrets that are masked wherever the record is shown: data, each with a name.

export type Pattern = {
  /** What stands in the place of a match. */
  name: string
  /** Global. What its group `before` holds is shown, the rest of the match is not. */
  regex: RegExp
  /** A part that every match has, quickly looked for. */
  hint: RegExp
  /** How what is masked of a match begins: nothing where words before it tell; left out where that is not known. */
  starts?: readonly string[]
}

/** The value of a setting, taken whole or not at all; what a shell or a person puts there instead of one is none. */
const VALUE = String.raw`(?=(?<value>[^\s"'‹$<*(){}\[\],;&|\\][^\s"'‹<>(){}\[\],;&|\\]{3,}))\k<value>(?!\()`
const NAMES =
  '(?:passw(?:or)?d|passphrase|[_-]pass|[_-]pwd|secret|secret[_-]?key|api[_-]?key|access[_-]?key|token)'
const SETTING = /passw|passphrase|[_-]pass|[_-]pwd|secret|key|token/i

/**
 * A run of characters is looked at from its beginning only, or its match fails within a few of them: each
 * pattern takes a time that grows with the text, not with its square.
 */
export const PATTERNS: readonly Pattern[] = [
  {
    name: 'private key',
    regex:
      /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    hint: /PRIVATE KEY/,
    starts: ['-----BEGIN'],
  },
  { name: 'anthropic key', regex: /sk-ant-[A-Za-z0-9_-]{16,}/g, hint: /sk-ant-/, starts: ['sk-ant-'] },
  {
    name: 'aws key id',
    regex: /(?<![A-Z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Z0-9])/g,
    hint: /A[KS]IA/,
    starts: ['AKIA', 'ASIA'],
  },
  {
    name: 'github token',
    regex: /(?:gh[opsru]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/g,
    hint: /gh[opsru]_|github_pat_/,
    starts: ['github_pat_', 'gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_'],
  },
  {
    name: 'slack token',
    regex: /xox[abeoprs]-[A-Za-z0-9-]{10,}/g,
    hint: /xox/,
    starts: [...'abeoprs'].map((kind) => `xox${kind}-`),
  },
  { name: 'gitlab token', regex: /glpat-[A-Za-z0-9_-]{20,}/g, hint: /glpat-/, starts: ['glpat-'] },
  {
    name: 'jwt',
    regex: /(?:(?<![\w-])|(?<=\\[nrt]))eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/g,
    hint: /eyJ/,
    starts: ['eyJ'],
  },
  {
    name: 'authorization',
    regex:
      /(?<before>(?:authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:bearer|basic|token)|bearer(?= {1,4}[A-Za-z._~+/=-]{0,64}\d))[ \t]{1,4})(?!‹)[^\s"',;‹\\]{12,}/gi,
    hint: /authorization|bearer/i,
    starts: [],
  },
  {
    name: 'url password',
    regex: /(?<before>[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{0,128}:)(?![$<*‹])[^\s/@"'‹]{1,256}(?=@)/gi,
    hint: /:\/\//,
    starts: [],
  },
  {
    // PASSWORD=…, without spaces: as shells and their environments have it.
    name: 'password or token',
    regex: new RegExp(`(?<before>${NAMES}=["']?)${VALUE}`, 'gi'),
    hint: SETTING,
    starts: [],
  },
  {
    // password: …, password = …: in quotes, or with a digit in it, which types and prose have not.
    name: 'password or token',
    regex: new RegExp(
      `(?<before>${NAMES}(?:\\\\?["'])?[ \\t]{0,4}[:=][ \\t]{0,4}(?:\\\\?["']|(?=[^\\s\\d]{0,64}\\d)(?=\\S{6})))${VALUE}`,
      'gi',
    ),
    hint: SETTING,
    starts: [],
  },
]
