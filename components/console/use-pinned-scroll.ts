'use client'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** This near to the end counts as being there, in CSS pixels. */
const NEAR_PX = 32

/**
 * Keeps a scroll area at its end while the reader is there. Any scroll upwards lets go; arriving at the end takes
 * hold again. Growth never moves a reader who has let go: the browser anchors what is in sight.
 */
export function usePinnedScroll(area: RefObject<HTMLElement | null>) {
  const pinned = useRef(true)
  const [isPinned, setPinned] = useState(true)

  const pin = useCallback((next: boolean) => {
    pinned.current = next
    setPinned(next)
  }, [])

  const toEnd = useCallback(() => {
    const element = area.current
    if (element) element.scrollTop = element.scrollHeight
  }, [area])

  useEffect(() => {
    const element = area.current
    if (!element) return
    let top = element.scrollTop
    let height = element.scrollHeight
    let size = sizeOf(element)
    const onScroll = () => {
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_PX
      // A shrinking record and another size of the window move the top as well: that is nobody's scroll.
      const resized = sizeOf(element) !== size
      const up = !resized && element.scrollTop < top - 1 && element.scrollHeight >= height
      if (up && !atEnd && pinned.current) pin(false)
      else if (atEnd && !pinned.current) pin(true)
      top = element.scrollTop
      height = element.scrollHeight
      size = sizeOf(element)
    }
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) pin(false)
    }
    const observer = new ResizeObserver(() => {
      if (pinned.current) toEnd()
    })
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('wheel', onWheel, { passive: true })
    if (pinned.current) toEnd()
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('wheel', onWheel)
    }
  }, [area, pin, toEnd])

  return {
    isPinned,
    release: useCallback(() => pin(false), [pin]),
    jump: useCallback(() => {
      pin(true)
      toEnd()
    }, [pin, toEnd]),
  }
}

function sizeOf(element: HTMLElement): string {
  return `${element.clientWidth} ${element.clientHeight}`
}
