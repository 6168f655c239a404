'use client'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from './button.tsx'

const SAID_MS = 2000

/** Copies a text and says whether that worked. A function is asked for the text at the press. */
export function CopyButton({
  text,
  className,
  children,
}: {
  text: string | (() => string)
  className?: string
  children: ReactNode
}) {
  const [said, setSaid] = useState<string | null>(null)

  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => setSaid(null), SAID_MS)
    return () => clearTimeout(timer)
  }, [said])

  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text)
      setSaid('Copied')
    } catch {
      setSaid('Not copied: the browser refused')
    }
  }

  return (
    <Button variant="quiet" size="sm" {...(className ? { className } : {})} onClick={copy}>
      <span aria-live="polite">{said ?? children}</span>
    </Button>
  )
}
