'use client'
import { Button, buttonClass } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Stranded } from './stranded.tsx'

/** A page that could not be drawn. The record and the turns don't depend on it. */
export function Crash({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <Stranded title="This page could not be drawn">
      <p>
        What runs goes on, and the record is safe: both are kept by the server, not by this page. Try again;
        if it fails again, another page may still work.
      </p>
      {error.digest ? (
        <p className="text-13 text-faint">
          The server’s log knows this as <code>{error.digest}</code>
          <CopyButton text={error.digest}>Copy</CopyButton>
        </p>
      ) : null}
      <p className="flex flex-wrap gap-2 pt-4">
        <Button variant="primary" onClick={retry}>
          Try again
        </Button>
        {/* A whole load, in case the page's own code is what broke. */}
        <a href="/" className={buttonClass()}>
          Go to Now
        </a>
      </p>
    </Stranded>
  )
}
