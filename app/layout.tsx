import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { cn } from '../components/ui/cn.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { template: '%s · Breakglass', default: 'Breakglass' },
  description: 'A browser console for the hour when infrastructure is broken',
  robots: { index: false, follow: false },
  referrer: 'same-origin',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0b0d10' },
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
  ],
}

/** Runs before the first paint, so that the page never flashes in the other theme. */
const CHOOSE_THEME =
  "try{const t=localStorage.getItem('breakglass.theme');if(t==='dark'||t==='light')document.documentElement.dataset.theme=t}catch{}"

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The front door puts the page's policy on the request, where Next looks for its nonce too.
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get('content-security-policy') ?? '')?.[1]
  return (
    <html lang="en" className={cn(GeistSans.variable, GeistMono.variable)} suppressHydrationWarning>
      <head>
        <script nonce={nonce} suppressHydrationWarning>
          {CHOOSE_THEME}
        </script>
      </head>
      <body>{children}</body>
    </html>
  )
}
