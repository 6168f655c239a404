import type { Metadata } from 'next'
import Link from 'next/link'
import { Stranded } from '../components/shell/stranded.tsx'
import { buttonClass } from '../components/ui/button.tsx'

export const metadata: Metadata = { title: 'Not here' }

export default function NotFound() {
  return (
    <Stranded title="There is nothing at this address">
      <p>
        The link may be cut short, or the session belongs to another console. Nothing has been removed from
        this one’s record.
      </p>
      <p className="flex flex-wrap gap-2 pt-4">
        <Link href="/" className={buttonClass({ variant: 'primary' })}>
          Go to Now
        </Link>
        <Link href="/sessions" className={buttonClass()}>
          Look among the sessions
        </Link>
      </p>
    </Stranded>
  )
}
