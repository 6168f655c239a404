'use client'
import { useEffect, useRef } from 'react'
import { Input } from '../ui/field.tsx'

/** The search field; a way here that asks to search puts the caret into it. */
export function SearchInput({ initial }: { initial: string }) {
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (location.hash === '#search') ref.current?.focus()
  }, [])
  return (
    <Input
      ref={ref}
      id="breakglass-search"
      name="q"
      type="search"
      defaultValue={initial}
      placeholder="Reason, prompt or ticket"
      autoComplete="off"
      enterKeyHint="search"
    />
  )
}
