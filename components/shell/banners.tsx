'use client'
import { type ReactNode, useLayoutEffect, useRef } from 'react'

/** What everybody has to know, above the page, on every page; a page of full height leaves room for it. */
export function Banners({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    const root = document.documentElement.style
    const observer = new ResizeObserver(() => root.setProperty('--banners', `${element.offsetHeight}px`))
    observer.observe(element)
    return () => {
      observer.disconnect()
      root.removeProperty('--banners')
    }
  }, [])
  return <div ref={place}>{children}</div>
}
