import Link from 'next/link'
import { makeVisible } from '../../lib/format.ts'

/** A rule's name, leading to its line in the policy. */
export function RuleLink({ name }: { name: string }) {
  if (NO_LINE.test(name)) return <code className="text-12">{makeVisible(name)}</code>
  return (
    <Link
      href={`/settings/policy#rule-${encodeURIComponent(name)}`}
      prefetch={false}
      className="rounded-sm underline decoration-line underline-offset-4 hover:text-text"
    >
      <code className="text-12">{makeVisible(name)}</code>
    </Link>
  )
}

/** What stands for the lack of a rule, and the rules that a drill brings along. */
const NO_LINE = /^(?:no-rule|default-.*|drill-.*)$/
