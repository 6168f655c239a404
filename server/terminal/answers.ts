// Which questions of a program the screen answers.

/**
 * What a terminal is (DA1, DA2), that it is well (DSR 5), where the cursor stands (DSR 6), which modes are set (DECRPM).
 * Programs such as the CLI's own TUI, fish or vim wait for these. Each answer is digits and fixed letters: nothing in it can be
 * chosen by what is printed, unlike reports of titles, colours, clipboards or settings (DECRQSS), which stay unanswered.
 */
export const answersAllowed = /^\x1b\[(?:\?1;2c|>0;276;0c|0n|\??\d{1,5};\d{1,5}R|\??\d{1,5};[0-4]\$y)$/
