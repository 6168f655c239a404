'use client'
import { CircleHelp, Power, Search } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { cn } from '../ui/cn.ts'
import { Tip } from '../ui/tip.tsx'
import { openKeyMap, openKill, openPalette } from './keys.ts'
import { isAt, PLACES } from './places.tsx'

const ITEM =
  'flex size-8 items-center justify-center rounded-lg text-faint transition-colors hover:bg-surface hover:text-text aria-[current=page]:bg-raised aria-[current=page]:text-text narrow:h-11 narrow:w-auto narrow:min-w-0 narrow:flex-col narrow:gap-0.5 narrow:px-0.5'

/** The places: a rail at the left edge of a wide screen, tabs at the bottom of a narrow one. */
export function Rail({ canKill }: { canKill: boolean }) {
  const path = usePathname()
  return (
    <nav
      aria-label="Places"
      className="z-30 flex flex-col items-center gap-1 border-r border-line bg-bg py-2 narrow:fixed narrow:inset-x-0 narrow:bottom-0 narrow:h-[var(--bar-bottom)] narrow:flex-row narrow:justify-around narrow:gap-0 narrow:border-t narrow:border-r-0 narrow:px-1 narrow:py-0 narrow:pb-[env(safe-area-inset-bottom)] not-narrow:sticky not-narrow:top-[var(--bar-top)] not-narrow:h-[calc(100dvh-var(--bar-top))] not-narrow:w-12"
    >
      {PLACES.map(({ href, name, Icon }) => (
        <Slot key={href} name={name} last={href === '/settings'}>
          <Link
            href={href}
            prefetch={false}
            className={ITEM}
            aria-current={isAt(path, href) ? 'page' : undefined}
          >
            <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
            <Name>{name}</Name>
          </Link>
        </Slot>
      ))}
      <Slot name="Find · Ctrl K" order="order-1 narrow:order-none">
        <button type="button" className={ITEM} onClick={openPalette}>
          <Search size={18} strokeWidth={1.75} aria-hidden="true" />
          <Name>Find</Name>
        </button>
      </Slot>
      {canKill ? (
        <Slot name="Kill switch" order="order-4 narrow:order-2">
          <button type="button" className={cn(ITEM, 'text-error hover:text-error')} onClick={openKill}>
            <Power size={18} strokeWidth={1.75} aria-hidden="true" />
            <Name>
              Kill<span className="narrow:sr-only"> switch</span>
            </Name>
          </button>
        </Slot>
      ) : null}
      <Slot name="Keys · ?" order="order-3 narrow:hidden">
        <button type="button" className={ITEM} onClick={openKeyMap}>
          <CircleHelp size={18} strokeWidth={1.75} aria-hidden="true" />
          <Name>Keys</Name>
        </button>
      </Slot>
    </nav>
  )
}

function Slot({
  name,
  order,
  last,
  children,
}: {
  name: string
  order?: string
  last?: boolean
  children: ReactNode
}) {
  const place = last ? 'order-2 mt-auto narrow:order-1 narrow:mt-0' : order
  return (
    <Tip text={name} side="right" {...(place ? { className: place } : {})}>
      {children}
    </Tip>
  )
}

function Name({ children }: { children: ReactNode }) {
  return <span className="text-12 not-narrow:sr-only">{children}</span>
}
