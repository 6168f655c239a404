// The `containment` section of the configuration.
import { isAbsolute } from 'node:path'
import { z } from 'zod'

/** As the kernel takes it: bytes, or with K, M or G behind. */
const size = z
  .string()
  .regex(/^[1-9]\d*[KMG]?$/, 'Use a number of bytes, or one with K, M or G behind it, e.g. 4G')

const absolute = z.string().refine(isAbsolute, 'Use an absolute path')

export const containmentSchema = z.strictObject({
  /** `auto` looks for a cgroup v2 that this process may make others in; a path names one. */
  cgroup: z.union([z.enum(['auto', 'off']), absolute]).default('auto'),
  /** For each process of the CLI and each terminal, with all it starts, by a cgroup. */
  memory_max: size.optional(),
  /** The same; without a cgroup that can do it for all that the agent's user runs, unless that is root. */
  pids_max: z.int().min(16).optional(),
  /** The largest file that a process of the agent's may write. */
  file_size_max: z.union([z.literal('off'), size]).default('50G'),
  /** How many files a process of the agent's may have open. */
  open_files_max: z.int().min(64).default(16_384),
  /** Put in front of the CLI, so that it runs as another user or in another's scope. */
  launcher: z.array(z.string().min(1)).min(1).optional(),
  /** Where that user's workspaces and the CLI's own files are: the data directory is closed to it. */
  agent_directory: absolute.optional(),
})
export type ContainmentConfig = z.infer<typeof containmentSchema>
