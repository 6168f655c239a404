'use client'
import { useEffect } from 'react'
import { assertNever } from '../../lib/assert-never.ts'
import type { Severity } from '../ui/severity.tsx'

const COLOR: Record<Severity, string> = {
  ok: '#2fa866',
  info: '#4a90e2',
  running: '#9a72f0',
  warn: '#d9982a',
  error: '#e5534b',
  critical: '#e0406f',
  quiet: '#868f9d',
}

/** Puts the state before the title of the tab and into its icon, and takes both back when the page goes. */
export function useTabTitle(mark: string, title: string, severity: Severity): void {
  useEffect(() => {
    const wanted = `${mark === '' ? '' : `${mark} · `}${title} · Breakglass`
    const write = () => {
      if (document.title !== wanted) document.title = wanted
    }
    write()
    // Coming from another page, the page's own title is put in some time after this.
    const observer = new MutationObserver(write)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [mark, title])

  useEffect(() => {
    const link = document.createElement('link')
    link.rel = 'icon'
    link.type = 'image/svg+xml'
    link.href = `data:image/svg+xml,${encodeURIComponent(drawIcon(severity))}`
    // The last icon counts.
    document.head.append(link)
    return () => link.remove()
  }, [severity])
}

function drawIcon(severity: Severity): string {
  const color = COLOR[severity]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="${color}" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">${shape(severity, color)}</svg>`
}

function shape(severity: Severity, color: string): string {
  switch (severity) {
    case 'ok':
      return '<path d="M5 17l8 8L27 7"/>'
    case 'info':
      return `<circle cx="16" cy="16" r="9" fill="${color}"/>`
    case 'running':
      return '<path d="M16 4a12 12 0 1 0 12 12"/>'
    case 'warn':
      return `<path d="M16 5l12 22H4z" fill="${color}"/><path d="M16 13v6m0 4v.1" stroke="#111" stroke-width="3"/>`
    case 'error':
    case 'critical':
      return '<path d="M7 7l18 18M25 7L7 25"/>'
    case 'quiet':
      return '<circle cx="16" cy="16" r="11"/>'
    default:
      return assertNever(severity)
  }
}
