// Ends the supervisor of the workspace that is the working directory, and returns when it is gone.
import { setTimeout as sleep } from 'node:timers/promises'
import { askSupervisor } from '../workspace/lib/supervisor-client.mjs'

const answers = await askSupervisor('shutdown').catch(() => null)
while (answers && (await askSupervisor('status').catch(() => null))) await sleep(30)
