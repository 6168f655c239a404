// Tells the options of a command from its operands.

export type Options = {
  /** Names without dashes, and the value where one was given. */
  flags: readonly { name: string; value: string | null; long: boolean }[]
  operands: readonly string[]
  /** Whether one of these was given; long ones also when cut short, as GNU programs allow. */
  has(...names: string[]): boolean
  valueOf(...names: string[]): string | undefined
  valuesOf(...names: string[]): string[]
}

/**
 * @param valued the options that take a value, without dashes, separated by spaces
 * @param stopAtOperand for programs whose first operand begins a command of its own
 */
export function readOptions(args: readonly string[], valued = '', stopAtOperand = false): Options {
  const takesValue = new Set(valued.split(' '))
  const flags: { name: string; value: string | null; long: boolean }[] = []
  const operands: string[] = []
  let at = 0
  for (; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      if (stopAtOperand) {
        operands.push(...args.slice(at))
        break
      }
      operands.push(arg)
      continue
    }
    if (arg.startsWith('--') || (takesValue.has(arg.slice(1).split('=')[0] ?? '') && arg.length > 2)) {
      const [, name = '', value] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? []
      const follows = value === undefined && takesValue.has(name)
      if (follows) at++
      flags.push({ name, value: value ?? (follows ? (args[at] ?? '') : null), long: true })
      continue
    }
    for (let letter = 1; letter < arg.length; letter++) {
      const name = arg[letter] ?? ''
      if (!takesValue.has(name)) flags.push({ name, value: null, long: false })
      else {
        const rest = arg.slice(letter + 1)
        if (rest === '') at++
        flags.push({ name, value: rest === '' ? (args[at] ?? '') : rest, long: false })
        break
      }
    }
  }
  const matching = (names: readonly string[]) =>
    flags.filter((flag) =>
      names.some((name) =>
        flag.long && name.length > 1
          ? name === flag.name || (flag.name.length > 2 && name.startsWith(flag.name))
          : name === flag.name,
      ),
    )
  return {
    flags,
    operands,
    has: (...names) => matching(names).length > 0,
    valueOf: (...names) => matching(names).at(-1)?.value ?? undefined,
    valuesOf: (...names) => matching(names).flatMap(({ value }) => value ?? []),
  }
}
