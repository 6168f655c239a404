// Makes the compiler prove that a switch over a union is complete.

/**
 * Ends every switch over a union.
 * @throws always: reaching it at run time is a programmer's mistake
 */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}`)
}
