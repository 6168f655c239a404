// The `containment` section of the configuration.
import { isAbsolute } from 'node:path'
import { z } from 'zod'

const absolute = z.string().refine(isAbsolute, 'Use an absolute path')

export const containmentSchema = z.strictObject({
  /** `auto` looks for a cgroup v2 that this process may make others in; a path names one. */
  cgroup: z.union([z.enum(['auto', 'off']), absolute]).default('auto'),
  /** As the kernel takes it: bytes, or with K, M or G behind. For each process of the CLI and each terminal, with all it starts. */
  memory_max: z
    .string()
    .regex(/^[1-9]\d*[KMG]?$/, 'Use a number of bytes, or one with K, M or G behind it, e.g. 4G')
    .optional(),
  pids_max: z.int().min(16).optional(),
  /** Put in front of the CLI, so that it runs as another user or in another's scope. */
  launcher: z.array(z.string().min(1)).min(1).optional(),
  /** Where that user's workspaces and the CLI's own files are: the data directory is closed to it. */
  agent_directory: absolute.optional(),
})
export type ContainmentConfig = z.infer<typeof containmentSchema>
