/** The console's sign: a pane of glass, struck. */
export function Mark({ size = 20, className }: { size?: number; className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={className}
    >
      <path d="M8.2 2.6H5.6a3 3 0 0 0-3 3v8.8a3 3 0 0 0 3 3h8.8a3 3 0 0 0 3-3V11" />
      <path d="m16.9 3.1-6 6M10.9 9.1 9 6.7M10.9 9.1l-4.6.6M10.9 9.1l-.6 4.3M10.9 9.1l2.9 1.7" />
    </svg>
  )
}
