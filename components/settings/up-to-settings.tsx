import Link from 'next/link'

/** Above the heading of a page that belongs to the settings: the way back. */
export function UpToSettings() {
  return (
    <p className="text-13 text-muted">
      <Link
        href="/settings"
        prefetch={false}
        className="underline decoration-line underline-offset-4 hover:text-text"
      >
        Settings
      </Link>
    </p>
  )
}
