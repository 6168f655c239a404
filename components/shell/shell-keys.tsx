'use client'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useState } from 'react'
import { tinykeys } from 'tinykeys'
import { keepTrying } from '../keep-trying.ts'
import { Dialog } from '../ui/dialog.tsx'
import { KeyMap } from './key-map.tsx'
import { onOpen, singleKeysLive } from './keys.ts'

const Palette = lazy(() => keepTrying(() => import('./palette.tsx')))

type Overlay = 'palette' | 'keys' | null

/** The keys that work on every page, and the two overlays they open. */
export function ShellKeys() {
  const router = useRouter()
  const [overlay, setOverlay] = useState<Overlay>(null)

  useEffect(() => {
    const single = (act: () => void) => (event: KeyboardEvent) => {
      if (!singleKeysLive(event)) return
      event.preventDefault()
      act()
    }
    const search = single(() => goTo('breakglass-search', () => router.push('/sessions#search')))
    const keys = single(() => setOverlay('keys'))
    const stopKeys = tinykeys(window, {
      '$mod+KeyK': (event) => {
        event.preventDefault()
        setOverlay((now) => (now === 'palette' ? null : 'palette'))
      },
      'g n': single(() => goTo('breakglass-composer', () => router.push('/#write'))),
      'g s': single(() => router.push('/sessions')),
      // Where these stand behind Shift depends on the keyboard.
      '/': search,
      'Shift+/': search,
      '?': keys,
      'Shift+?': keys,
      Escape: hideTips,
    })
    const stopOpen = onOpen({ palette: () => setOverlay('palette'), keyMap: () => setOverlay('keys') })
    return () => {
      stopKeys()
      stopOpen()
    }
  }, [router])

  return (
    <>
      <KeyMap open={overlay === 'keys'} onClose={() => setOverlay(null)} />
      {overlay === 'palette' ? (
        // What is typed while it loads must not act as shortcuts.
        <Suspense
          fallback={
            <Dialog open onClose={() => setOverlay(null)} title="Find">
              {null}
            </Dialog>
          }
        >
          <Palette onClose={() => setOverlay(null)} onKeys={() => setOverlay('keys')} />
        </Suspense>
      ) : null}
    </>
  )
}

function goTo(id: string, otherwise: () => void) {
  const field = document.getElementById(id)
  if (field) field.focus()
  else otherwise()
}

/** Esc takes a tip away until the pointer or the focus moves on. */
function hideTips() {
  const root = document.documentElement
  root.dataset.tips = 'off'
  const back = () => delete root.dataset.tips
  addEventListener('pointerover', back, { once: true })
  addEventListener('focusin', back, { once: true })
}
