'use client'
import { type ComponentProps, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { SeverityWord } from '../ui/severity.tsx'

/** A password that can be looked at, with a word when Caps Lock is on. */
export function PasswordInput(props: ComponentProps<'input'>) {
  const [shown, setShown] = useState(false)
  const [caps, setCaps] = useState(false)
  return (
    <>
      <span className="relative block">
        <Input
          {...props}
          type={shown ? 'text' : 'password'}
          autoCapitalize="none"
          spellCheck={false}
          className="h-10 pr-16"
          onKeyUp={(event) => setCaps(event.getModifierState('CapsLock'))}
          onBlur={() => setCaps(false)}
        />
        <Button
          variant="quiet"
          size="sm"
          className="absolute top-1.5 right-1.5"
          aria-pressed={shown}
          aria-label="Show the password"
          onClick={() => setShown(!shown)}
        >
          {shown ? 'Hide' : 'Show'}
        </Button>
      </span>
      <span role="status" className={caps ? 'block' : 'sr-only'}>
        {caps ? <SeverityWord severity="warn">Caps Lock is on</SeverityWord> : null}
      </span>
    </>
  )
}
