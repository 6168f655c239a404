// The one object on globalThis: what the front door has started, and the only way in for app/.
import type { Auth } from './auth/auth.ts'

export type Runtime = {
  auth: Auth
}

const KEY = Symbol.for('breakglass.runtime')
type Holder = { [KEY]?: Runtime }

/** Makes the running console known to Next's modules, which are instantiated more than once. */
export function setRuntime(runtime: Runtime): void {
  ;(globalThis as Holder)[KEY] = runtime
}

/** @throws Error when the front door has not started the console, which only a wrong entry point can do */
export function getRuntime(): Runtime {
  const runtime = (globalThis as Holder)[KEY]
  if (!runtime) throw new Error('The console is not running: start it with `npm start`')
  return runtime
}
