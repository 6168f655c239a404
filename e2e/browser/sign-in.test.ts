import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import { composer, isLive, launchBrowser, SOON, transcript, type Visitor, visit } from '../support/browser.ts'
import { ADMIN, startTestConsole, type TestConsole } from '../support/console.ts'
import { withDatabase } from '../support/trials.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('signing in', () => {
  let test: TestConsole
  let browser: Browser
  let nobody: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    browser = await launchBrowser()
    nobody = await visit(browser, test, { as: null })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('is asked for on the way to a page, and leads back there', async () => {
    const { page } = nobody
    const { id } = await test.openSession()
    for (const path of ['/', '/sessions?outcome=open', '/settings', `/sessions/${id}`]) {
      await page.goto(path)
      expect(page.url()).toBe(`${test.url}/login?next=${encodeURIComponent(path)}`)
    }
    await signInByForm(page, ADMIN.name, ADMIN.password)
    await page.waitForURL(`${test.url}/sessions/${id}`)
    await page.goto('/settings')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${test.url}/login`)
    await page.goto('/')
    expect(page.url()).toContain('/login')
    expect(nobody.problems).toEqual([])
  })

  it('never leads to another site', async () => {
    const { page, context } = nobody
    for (const next of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      await page.goto(`/login?next=${encodeURIComponent(next)}`)
      await signInByForm(page, ADMIN.name, ADMIN.password)
      await page.waitForURL(`${test.url}/`)
      await context.clearCookies()
    }
    expect(nobody.problems).toEqual([])
  })

  it('shows a viewer everything and lets it change nothing', async () => {
    const viewer = await visit(browser, test, { as: await addOperator(test, 'vic', 'viewer') })
    const { page } = viewer
    const { id } = await test.openSession('long-command')
    await test.prompt(id, 'Begin')
    await page.goto('/')
    await page.getByText('You can watch and read').waitFor()
    expect(await page.getByRole('textbox').count()).toBe(0)
    await page.goto(`/sessions/${id}`)
    await transcript(page).getByText('second 1').first().waitFor()
    await page.getByText('You are signed in as a viewer').waitFor()
    expect(await composer(page).count()).toBe(0)
    expect(await page.getByRole('button', { name: /Stop|Send/ }).count()).toBe(0)
    await page.keyboard.press('Escape')
    const refusals = await page.evaluate(
      async ([base]) => {
        const token = document.querySelector<HTMLMetaElement>('meta[name="breakglass-csrf"]')?.content ?? ''
        const ask = async (method: string, path: string, body?: unknown) => {
          const headers = { 'content-type': 'application/json', 'x-csrf-token': token }
          const answer = await fetch(base + path, {
            method,
            headers,
            body: body ? JSON.stringify(body) : null,
          })
          return { status: answer.status, ...((await answer.json()) as { code: string; detail: string }) }
        }
        return [
          await ask('DELETE', '/turns/current'),
          await ask('POST', '/turns', { prompt: 'rm -rf /' }),
          await ask('POST', '/close', { outcome: 'abandoned' }),
        ]
      },
      [`/api/sessions/${id}`],
    )
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 403, code: 'role_too_low' })
      expect(refusal.detail).toMatch(/viewer/)
    }
    expect((await test.session(id)).status).toBe('running')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect(viewer.problems).toEqual([])
    await viewer.context.close()
  })

  it('ends for an open page within moments when its operator is locked', async () => {
    const ben = await visit(browser, test, { as: await addOperator(test, 'ben', 'operator') })
    const { page } = ben
    const { id } = await test.openSession()
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await composer(page).fill('What I typed is kept')
    expect((await test.command(['operator', 'lock', 'ben'])).exitCode).toBe(0)
    await page.getByText('Your login has ended').first().waitFor({ timeout: 5000 })
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(await composer(page).inputValue()).toBe('What I typed is kept')
    await test.prompt(id, 'A secret that ben must not see')
    await test.waitFor(id, (event) => event.kind === 'result')
    expect(await transcript(page).textContent()).not.toContain('secret')
    await page.reload()
    expect(page.url()).toContain('/login')
    await signInByForm(page, 'ben', 'a long password of ben')
    await page.getByText(/is locked/).waitFor()
    await ben.context.close()
  })

  it('is no use to a page of another origin: it changes nothing with the cookie', async () => {
    const victim = await visit(browser, test)
    const { page } = victim
    await page.goto('/')
    const { id } = await test.openSession('long-command')
    await test.prompt(id, 'Begin')
    const before = countRows(test)
    const events = await test.events(id)
    const other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title><body>')
    })
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await page.goto(`http://127.0.0.1:${port}/`)

    const answers = await page.evaluate(
      async ([base, session]) => {
        const body = JSON.stringify({ reason: 'A request from another origin' })
        const asks: [string, RequestInit][] = [
          ['/api/sessions', { method: 'POST', body }],
          ['/api/sessions', { method: 'POST', body, headers: { 'content-type': 'application/json' } }],
          ['/api/sessions', { method: 'POST', body, mode: 'no-cors' }],
          ['/api/kill', { method: 'POST', body: '{}' }],
          ['/api/operators', { method: 'POST', body }],
          [`/api/sessions/${session}/terminals`, { method: 'POST', body: '{"kind":"shell"}' }],
          [`/api/sessions/${session}/turns/current`, { method: 'DELETE' }],
          [`/api/sessions/${session}/events`, { method: 'GET' }],
        ]
        return Promise.all(
          asks.map(([path, init]) =>
            fetch(base + path, { credentials: 'include', ...init }).then(
              (answer) => `${answer.type} ${answer.status}`,
              () => 'kept from the page',
            ),
          ),
        )
      },
      [test.url, id],
    )
    expect(answers).toEqual(Array(8).fill('kept from the page'))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      await page.goto(`http://127.0.0.1:${port}/`)
      const [answer] = await Promise.all([
        page.waitForResponse(`${test.url}/api/sessions`),
        // The answer takes the place of the page: only then the next one can be opened.
        page.waitForURL(`${test.url}/api/sessions`),
        page.evaluate(
          ([action, enctype]) => {
            const form = document.createElement('form')
            Object.assign(form, { method: 'post', action, enctype })
            const input = document.createElement('input')
            Object.assign(input, { name: '{"reason":"A form of another origin","x":"', value: '"}' })
            form.append(input)
            document.body.append(form)
            form.submit()
          },
          [`${test.url}/api/sessions`, type],
        ),
      ])
      expect(answer.status()).toBe(403)
    }
    expect(countRows(test)).toEqual(before)
    expect((await test.session(id)).status).toBe('running')
    expect((await test.events(id)).slice(0, events.length)).toEqual(events)
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    other.close()
    await victim.context.close()
  })

  it('is refused in words by the form, and blocked after five wrong passwords', async () => {
    const { page, context } = nobody
    await context.clearCookies()
    await page.goto('/login')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Write your name').waitFor()
    await page.getByText('Write your password').waitFor()
    const alert = page.getByRole('alert').filter({ hasText: /\S/ })
    for (let tries = 0; tries < 5; tries += 1) {
      await signInByForm(page, ADMIN.name, 'not the password')
      await alert.getByText('The name or the password is wrong').waitFor()
    }
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(ADMIN.name)
    await signInByForm(page, ADMIN.name, ADMIN.password)
    await alert.getByText(/blocked until .* UTC after 5 wrong passwords/).waitFor()
    await page.goto('/')
    expect(page.url()).toContain('/login')
    await test.command(['operator', 'unlock', ADMIN.name])
    await signInByForm(page, ADMIN.name, ADMIN.password)
    await page.getByRole('heading', { name: 'What is broken?' }).waitFor(SOON)
    expect(nobody.problems).toEqual([])
  })
})

/** How many rows there are of what a stranger could want to make; the running turn adds to the rest by itself. */
function countRows(test: TestConsole): unknown[] {
  const tables = ['sessions', 'turns', 'terminals', 'verb_runs', 'operators', 'tokens', 'observers', 'kills']
  return withDatabase(test, (database) =>
    tables.map((name) => database.prepare(`SELECT count(*) FROM ${name}`).pluck().get()),
  )
}

async function signInByForm(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
