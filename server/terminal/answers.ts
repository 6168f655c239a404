// Which questions of a program the screen answers.

/**
 * Whether an answer of the screen may be sent: what a terminal is (DA1, DA2), that it is well (DSR 5), where the cursor stands (DSR 6), which modes are set (DECRPM).
 * Programs such as the CLI's own TUI, fish or vim wait for these. Each answer is digits and fixed letters: nothing in it can be
 * chosen by what is printed, unlike reports of titles, colours, clipboards or settings (DECRQSS), which stay unanswered.
 */
export function isAnswerAllowed(answer: string): boolean {
  return answer.startsWith('\x1b[') && ANSWER.test(answer.slice(2))
}

const ANSWER = /^(?:\?1;2c|>0;276;0c|0n|\??\d{1,5};\d{1,5}R|\??\d{1,5};[0-4]\$y)$/
