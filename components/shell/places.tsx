import { BookOpen, CircleDot, Rows3, Settings, SquareTerminal } from 'lucide-react'

/** The places of the console, in the order of the rail. */
export const PLACES = [
  { href: '/', name: 'Now', Icon: CircleDot },
  { href: '/sessions', name: 'Sessions', Icon: Rows3 },
  { href: '/terminals', name: 'Terminals', Icon: SquareTerminal },
  { href: '/runbooks', name: 'Runbooks', Icon: BookOpen },
  { href: '/settings', name: 'Settings', Icon: Settings },
] as const

export function isAt(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)
}
