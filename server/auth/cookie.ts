// The login cookie: its name, how it is read and written.

/**
 * Browsers keep cookies by host name and not by port, so that two consoles behind tunnels to localhost would
 * overwrite each other's: the instance's id is part of the name. `__Host-` binds a secure one to the very host.
 */
export function cookieName(instanceId: string, secure: boolean): string {
  return `${secure ? '__Host-' : ''}breakglass_${instanceId}`
}

/** The value of the one cookie of that name; null for none, and for two (one of them is not ours). */
export function readCookie(headers: Headers, name: string): string | null {
  const values = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? (values[0] ?? null) : null
}

/** @param maxAgeSeconds 0 removes the cookie */
export function writeCookie(name: string, value: string, secure: boolean, maxAgeSeconds: number): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`
  return `${name}=${value}; ${attributes}`
}
