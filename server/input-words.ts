// What is wrong with an input, in words: for whatever a schema itself says nothing about.
import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

const NAMES: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
}

/** @returns undefined where zod's own words will do */
export function sayIssue(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `This is missing: give ${nameOf(issue.expected)}`
        : `Give ${nameOf(issue.expected)}`
    case 'invalid_value':
      return `Use ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'too_small':
      return `Use at least ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `Use at most ${issue.maximum}${unitOf(issue.origin)}`
    default:
      return undefined
  }
}

function nameOf(expected: string): string {
  return NAMES[expected] ?? expected
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
}
