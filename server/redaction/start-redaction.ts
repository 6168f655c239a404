// Redaction on the way out: what is published and what is asked for, masked for people, raw for the console itself.
import { type Channel, createChannel, createViewerChannel } from '../channel.ts'
import type { Config } from '../config.ts'
import { type Environment, readVariable, readVariables } from '../environment.ts'
import type { Recorder } from '../recorder.ts'
import { createDisplay, type Display, type Parts } from './display.ts'
import { createRedaction } from './redact.ts'
import { ownPatterns } from './redaction-config.ts'
import { publishToBoth } from './shown-channel.ts'

/** @returns the channel of the console's own parts, what makes the parts that people look through, and what masks the rest */
export function startRedaction(
  config: Config,
  environment: Environment,
): {
  channel: Channel
  display: (parts: Parts, recorder: Recorder) => Display
  mask: <T>(value: T) => T
} {
  const redaction = createRedaction(knownSecrets(config, environment), ownPatterns(config.redaction))
  const shown = createViewerChannel()
  return {
    channel: publishToBoth(createChannel(), shown, redaction),
    display: (parts, recorder) => createDisplay({ parts, shown, recorder, redaction }),
    mask: (value) => redaction.value(value).value,
  }
}

/** What the console itself knows and nobody needs to see: keys of providers, and what tools are given that is named so. */
function knownSecrets(config: Config, environment: Environment): { name: string; secret: string }[] {
  const keys = (config.providers ?? []).flatMap(({ name, key_env }) => {
    const secret = key_env ? readVariable(key_env) : null
    return secret ? [{ name: `key of ${name}`, secret }] : []
  })
  const { ANTHROPIC_BASE_URL: _, ...tokens } = environment.providerVariables
  const given = Object.entries(readVariables(config.environment)).filter(([name]) =>
    /KEY|TOKEN|SECRET|PASS|CREDENTIAL/i.test(name),
  )
  return [...keys, ...[...Object.entries(tokens), ...given].map(([name, secret]) => ({ name, secret }))]
}
