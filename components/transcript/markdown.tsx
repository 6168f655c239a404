import { memo, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import remend from 'remend'
import { makeVisible } from '../../lib/format.ts'
import { cn } from '../ui/cn.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { holdBack, MARKDOWN_MAX_CHARACTERS, splitMarkdown } from './split-markdown.ts'

/** Text of a model or a person, as markdown: raw HTML stays text, images are named and never fetched. */
export const Markdown = memo(function Markdown({
  text,
  partial = false,
}: {
  text: string
  partial?: boolean
}) {
  const visible = makeVisible(text)
  if (visible.length > MARKDOWN_MAX_CHARACTERS)
    return <p className="whitespace-pre-wrap wrap-anywhere">{visible}</p>
  // Blocks only ever grow at the end, so their place is their name.
  const blocks = splitMarkdown(visible).map((block, place) => ({ block, place }))
  return (
    <div className="flex flex-col gap-3 wrap-anywhere">
      {blocks.map(({ block, place }) => (
        <MarkdownBlock key={place} text={partial && place === blocks.length - 1 ? finish(block) : block} />
      ))}
    </div>
  )
})

const MarkdownBlock = memo(function MarkdownBlock({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS} urlTransform={onlyHttp}>
      {text}
    </ReactMarkdown>
  )
})

const PLUGINS = [remarkGfm]
/** What scrolls sideways has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0 } as const

function finish(block: string): string {
  return remend(holdBack(block), { linkMode: 'text-only' })
}

function onlyHttp(url: string): string {
  return hostOf(url) === null ? '' : url
}

function hostOf(url: string): string | null {
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.host : null
  } catch {
    return null
  }
}

function Link({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  const host = href ? hostOf(href) : null
  if (!href || host === null)
    return <span className="underline decoration-faint decoration-dotted underline-offset-4">{children}</span>
  const said = typeof children === 'string' && (children === href || children === `${href}/`)
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className="text-accent underline underline-offset-4"
    >
      {children}
      {said ? null : <span className="inline-block text-faint">&nbsp;({host})</span>}
      <span className="sr-only"> opens in a new tab</span>
    </a>
  )
}

/** An image is never fetched: its address alone could carry a secret away. */
function Picture({ alt, src }: { alt?: string | undefined; src?: unknown }) {
  const host = typeof src === 'string' ? hostOf(src) : null
  return (
    <span className="rounded-sm border border-dashed border-line px-1.5 py-0.5 text-13 text-muted">
      Image not loaded{alt ? `: ${alt}` : ''}
      {host ? <span className="text-faint"> ({host})</span> : null}
    </span>
  )
}

function CodeBlock({ children }: { children?: ReactNode }) {
  return (
    <div className="group/code relative">
      <pre
        {...REACHABLE}
        className="overflow-x-auto rounded-md border border-line bg-surface px-3 py-2 [&_code]:bg-transparent [&_code]:p-0"
      >
        {children}
      </pre>
      <CopyButton
        className="absolute top-1 right-1 bg-surface opacity-0 group-focus-within/code:opacity-100 group-hover/code:opacity-100 [@media(hover:none)]:opacity-100"
        text={() => textOf(children)}
      >
        Copy
      </CopyButton>
    </div>
  )
}

function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(textOf).join('')
  if (typeof node === 'object' && node !== null && 'props' in node) {
    return textOf((node.props as { children?: ReactNode }).children)
  }
  return ''
}

/** Headings stand below those of the page and skip no level, whatever a model gives them; size tells them apart. */
function Heading({ className, children }: { className: string; children?: ReactNode }) {
  return <h3 className={cn('font-semibold', className)}>{children}</h3>
}

const COMPONENTS: Components = {
  a: Link,
  img: Picture,
  pre: CodeBlock,
  code: ({ children }) => <code className="rounded-sm bg-raised px-1.5 py-px">{children}</code>,
  h1: ({ children }) => <Heading className="pt-2 text-16">{children}</Heading>,
  h2: ({ children }) => <Heading className="pt-2 text-16">{children}</Heading>,
  h3: ({ children }) => <Heading className="pt-1 text-15">{children}</Heading>,
  h4: ({ children }) => <Heading className="text-15">{children}</Heading>,
  h5: ({ children }) => <Heading className="text-14">{children}</Heading>,
  h6: ({ children }) => <Heading className="text-14 text-muted">{children}</Heading>,
  ul: ({ children, className }) => (
    <ul
      className={cn(
        'flex flex-col gap-1 marker:text-faint',
        className?.includes('contains-task-list') ? 'list-none' : 'list-disc pl-5',
      )}
    >
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol start={start} className="tabular flex list-decimal flex-col gap-1 pl-6 marker:text-faint">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="border-l-2 border-line pl-3 text-muted">{children}</blockquote>
  ),
  hr: () => <hr className="border-line" />,
  input: ({ checked }) => (
    <span>
      <span aria-hidden="true">{checked ? '☑' : '☐'}</span>
      <span className="sr-only">{checked ? 'Done:' : 'To do:'}</span>
    </span>
  ),
  table: ({ children }) => (
    <section className="overflow-x-auto" aria-label="Table" {...REACHABLE}>
      <table className="tabular border-collapse text-14">{children}</table>
    </section>
  ),
  th: ({ children, style }) => (
    <th style={style} className="border-b border-edge px-3 py-1.5 text-left font-medium first:pl-0">
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="border-b border-line px-3 py-1.5 align-top first:pl-0">
      {children}
    </td>
  ),
}
