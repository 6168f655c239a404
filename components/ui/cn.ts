import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

const merge = extendTailwindMerge({
  extend: {
    classGroups: { 'font-size': [{ text: ['12', '13', '14', '15', '16', '18', '22', '28'] }] },
  },
})

export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes))
}
