// Breaks the workspace: a letter stands where a zero belongs, so the service can't read its configuration.
import { day, fillIn, freePort } from '../../scripts/prepare.mjs'

fillIn('etc/orders-api.conf', { PORT: await freePort(), CHANGED: day(1) })
