import type { Metadata } from 'next'
import { OpenLink } from '../../components/observe/open-link.tsx'
import { Entrance } from '../../components/sign-in/entrance.tsx'

export const metadata: Metadata = { title: 'Observe' }

export default function ObservePage() {
  return (
    <Entrance title="A session to read" lead="Somebody has shared a recovery with you: you can watch it.">
      <OpenLink />
    </Entrance>
  )
}
