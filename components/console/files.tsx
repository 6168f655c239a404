'use client'
import { useContext } from 'react'
import type { ToolBlock } from '../../lib/block-types.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { usePatch } from '../transcript/diff.tsx'
import { WorkspacePath } from '../transcript/event.tsx'
import type { ChangedFile } from './changed-files.ts'

/** Which files were changed, and each change with its place in the transcript. */
export function Files({ files }: { files: readonly ChangedFile[] }) {
  const workspace = useContext(WorkspacePath)
  return (
    <div className="flex flex-col gap-4 p-4">
      {files.map(({ path, edits }) => (
        <section key={path}>
          <h3 className="text-13 wrap-anywhere">
            <code>
              {makeVisible(path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path)}
            </code>
          </h3>
          <ul className="-mx-2 pt-1">
            {edits.map((edit) => (
              <Edit key={edit.key} edit={edit} />
            ))}
          </ul>
        </section>
      ))}
      <p className="text-12 text-faint">
        {files.length === 0 ? 'The agent’s file tools have changed nothing yet. ' : ''}
        What commands change is not listed here: ] and [ go through all that changes something.
      </p>
    </div>
  )
}

function Edit({ edit }: { edit: ToolBlock }) {
  const patch = usePatch(edit.name, edit.input)
  return (
    <li>
      <a
        href={`#e-${edit.seqs[0] ?? 0}`}
        className="flex min-h-7 items-baseline gap-2.5 rounded-md px-2 py-1 text-12 transition-colors hover:bg-surface"
      >
        <span className="text-muted">{oneLine(edit.name, 40)}</span>
        {patch ? (
          <span className="tabular text-faint">
            +{patch.added} −{patch.removed}
          </span>
        ) : null}
        <Time at={edit.at} form="clock" className="ml-auto text-faint" />
      </a>
    </li>
  )
}
