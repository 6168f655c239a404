/** A path of this console, whatever an address asks for: nothing that leads elsewhere. */
export function ownPath(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/') || /^\/[/\\]|[\p{Cc}\\]/u.test(next)) return '/'
  return next
}
