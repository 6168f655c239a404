export function SkipLink({
  to = 'main',
  children = 'Skip to the content',
}: {
  to?: string
  children?: string
}) {
  return (
    <a
      href={`#${to}`}
      className="sr-only rounded-md border border-edge bg-raised px-3 py-2 text-14 text-text focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
    >
      {children}
    </a>
  )
}
