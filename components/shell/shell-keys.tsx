'use client'
import { usePathname, useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useState } from 'react'
import { tinykeys } from 'tinykeys'
import type { PresetView, VerbView } from '../../lib/verbs-api.ts'
import { keepTrying } from '../keep-trying.ts'
import { Dialog } from '../ui/dialog.tsx'
import { KeyMap } from './key-map.tsx'
import { onOpen, singleKeysLive } from './keys.ts'

const Palette = lazy(() => keepTrying(() => import('./palette.tsx')))
const VerbDialog = lazy(() => keepTrying(() => import('../runbooks/verb-dialog.tsx')))
const PresetDialog = lazy(() => keepTrying(() => import('../runbooks/preset-dialog.tsx')))

type Overlay = 'palette' | 'keys' | { verb: VerbView } | { preset: PresetView } | null

/** The keys that work on every page, and the two overlays they open. */
export function ShellKeys() {
  const router = useRouter()
  const current = /^\/sessions\/([0-9a-f-]{36})$/.exec(usePathname())?.[1] ?? null
  const [overlay, setOverlay] = useState<Overlay>(null)
  const close = () => setOverlay(null)

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
      <KeyMap open={overlay === 'keys'} onClose={close} />
      {overlay === 'palette' ? (
        // What is typed while it loads must not act as shortcuts.
        <Suspense
          fallback={
            <Dialog open onClose={close} title="Find">
              {null}
            </Dialog>
          }
        >
          <Palette
            onClose={close}
            onKeys={() => setOverlay('keys')}
            onVerb={(verb) => setOverlay({ verb })}
            onPreset={(preset) => setOverlay({ preset })}
          />
        </Suspense>
      ) : null}
      <Suspense fallback={null}>
        {typeof overlay === 'object' && overlay && 'verb' in overlay ? (
          <VerbDialog verb={overlay.verb} current={current} onClose={close} />
        ) : null}
        {typeof overlay === 'object' && overlay && 'preset' in overlay ? (
          <PresetDialog preset={overlay.preset} current={current} onClose={close} />
        ) : null}
      </Suspense>
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
