import type { Problem } from '../lib/api.ts'

export type Answer<T> = { ok: true; status: number; data: T } | { ok: false; problem: Problem }
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Asks the console. Contract: never rejects; whatever goes wrong is a problem with words for the operator: `detail` says
 * what is wrong, and one made here adds an `advice`: what still works and what to do.
 * A repeated request with the same idempotency key does its work once.
 */
export async function api<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<T>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') headers['x-csrf-token'] = csrfToken()
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
  let response: Response
  let text: string
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    // An answer that is cut off is none: the console may have died in the middle of it.
    text = await response.text()
  } catch {
    return { ok: false, problem: unreachable() }
  }
  const data = parse(text)
  if (response.ok && (data !== undefined || text === ''))
    return { ok: true, status: response.status, data: data as T }
  const problem = toProblem(response.status, data)
  if (problem.code !== 'step_up_needed' || !stepUp) return { ok: false, problem }
  if (await stepUp()) return api(method, path, body, options)
  return {
    ok: false,
    problem: { ...problem, detail: 'Nothing was done: this wants your password once more' },
  }
}

let stepUp: (() => Promise<boolean>) | null = null

/** @param ask gets the operator to show the password again, and says whether that was done; null takes it back */
export function setStepUp(ask: (() => Promise<boolean>) | null): void {
  stepUp = ask
}

function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="breakglass-csrf"]')?.content ?? ''
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toProblem(status: number, data: unknown): Problem {
  const said = isProblem(data) ? data : undefined
  if (status === 401 && location.pathname !== '/login') {
    return {
      ...(said ?? blank(status, 'unauthenticated')),
      detail: 'Your login has ended',
      advice: 'Sign in again in another tab, then repeat this here. What you typed is kept.',
    }
  }
  if (said) return said
  return {
    ...blank(status, 'unexpected_answer'),
    detail: `The console answered ${status} without saying why`,
    advice: 'What you typed is kept. Try again; if it stays, read the server’s log on the host.',
  }
}

function unreachable(): Problem {
  return {
    ...blank(0, 'unreachable'),
    detail: 'The console did not answer',
    advice:
      'The server or the way to it is down. A turn that runs goes on without this page, and what you typed is kept. Try again; on the host, see whether the console runs.',
  }
}

function blank(status: number, code: string): Problem {
  return { type: 'about:blank', title: '', status, code, detail: '' }
}

function isProblem(data: unknown): data is Problem {
  return typeof data === 'object' && data !== null && 'code' in data && 'detail' in data
}
