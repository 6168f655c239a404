'use client'
import { Crash } from '../components/shell/crash.tsx'
import './globals.css'

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page could not be drawn · Breakglass</title>
        <Crash error={error} retry={() => location.reload()} />
      </body>
    </html>
  )
}
