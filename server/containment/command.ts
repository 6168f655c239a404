// A program with its arguments, and another that runs it.

export type Command = { file: string; args: readonly string[] }

/**
 * What is run so that the launcher runs the command.
 * @param launcher a program and its own arguments; empty for none
 */
export function behind(launcher: readonly string[], command: Command): Command {
  const [file, ...args] = launcher
  return file === undefined ? command : { file, args: [...args, command.file, ...command.args] }
}
