// Under which names the console may be called: each allowed Host with the origins that belong to it.

export type Origins = {
  /** Every allowed origin, the console's own first. */
  list: readonly string[]
  /** The origins a page may come from when the request named this Host; none for an unknown one. */
  of(host: string): readonly string[]
  /** Whether the request came for an https origin: then cookies are `Secure` and HSTS is sent. */
  isSecure(host: string): boolean
}

/**
 * The console's loopback names on its port, and what BREAKGLASS_ORIGIN adds.
 *
 * @param port where the console listens
 * @param extra normal origins (`URL.origin`: lower case, without a default port); each adds its Host
 */
export function createOrigins(port: number, extra: readonly string[] = []): Origins {
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].map((name) => new URL(`http://${name}:${port}`).origin)
  const list = [...new Set([...loopback, ...extra])]
  const byHost = new Map<string, string[]>()
  for (const origin of list) {
    for (const host of hostsOf(origin)) byHost.set(host, [...(byHost.get(host) ?? []), origin])
  }
  const of = (host: string) => byHost.get(host) ?? []
  return {
    list,
    of,
    isSecure: (host) => of(host).length > 0 && of(host).every((origin) => origin.startsWith('https:')),
  }
}

/** Browsers leave a scheme's default port out of Host; other clients may write it. */
function hostsOf(origin: string): string[] {
  const { host, port, protocol } = new URL(origin)
  return port === '' ? [host, `${host}:${protocol === 'https:' ? 443 : 80}`] : [host]
}
