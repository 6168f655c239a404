import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

const look = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md border font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:cursor-default',
  {
    variants: {
      variant: {
        primary:
          'border-accent bg-accent text-on-accent hover:not-disabled:bg-[color-mix(in_srgb,var(--accent)_88%,var(--text))]',
        secondary: 'border-edge bg-transparent text-text hover:not-disabled:bg-raised',
        quiet:
          'border-transparent bg-transparent text-muted hover:not-disabled:bg-raised hover:not-disabled:text-text',
        stop: 'border-stop bg-stop text-white hover:not-disabled:bg-[color-mix(in_srgb,var(--stop)_88%,black)]',
      },
      size: {
        sm: 'h-7 px-2 text-12',
        md: 'h-8 px-3 text-13',
        lg: 'h-10 px-4 text-14',
        icon: 'size-8 p-0',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

type Look = VariantProps<typeof look>

/** The look of a button, for links that act as one. */
export function buttonClass(props: Look & { className?: string | undefined } = {}): string {
  const { className, ...variants } = props
  return cn(look(variants), className)
}

/** `busy` is what it says while it works: it keeps its focus and ignores presses. */
export function Button({
  variant,
  size,
  className,
  busy,
  children,
  onClick,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & Look & { busy?: string | false | undefined }) {
  return (
    <button
      type={type}
      className={buttonClass({ variant, size, className })}
      {...rest}
      {...(busy ? { 'aria-disabled': true } : {})}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy || children}
    </button>
  )
}
