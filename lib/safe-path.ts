// Where to go after signing in: only paths of this site.

const PATH_MAX_CHARACTERS = 2000

/**
 * The path, when it stays on this site; "/" for anything that a browser could take for another address.
 *
 * @param path as it came in the query, from anybody
 */
export function safePath(path: unknown): string {
  if (typeof path !== 'string' || path.length > PATH_MAX_CHARACTERS) return '/'
  // Browsers read "\\" as "/" and drop tabs and line breaks.
  if (!/^\/(?!\/)[^\\\p{Cc}]*$/u.test(path)) return '/'
  return path
}
