// The built-in policy, as data: what an on-call operator would want asked, and what nobody should do from here.

import { HOST_RULES } from './default-host-rules.ts'
import type { Act } from './effects.ts'
import { acts, type Rule, rule } from './rules.ts'
import { METADATA, PUBLIC, SECRETS, WAYS_IN } from './sensitive-paths.ts'

const TOUCHES: Act[] = [
  'create',
  'append',
  'edit',
  'overwrite',
  'move',
  'delete',
  'delete-tree',
  'permissions',
  'permissions-tree',
  'run-as-owner',
  'shut-out',
]

export const BUILT_IN_RULES: readonly Rule[] = [
  // Never
  acts(
    'disk-wiper',
    'never',
    'irreversible',
    ['wipe-disk'],
    'It writes over a disk; take the terminal for that',
  ),
  acts(
    'system-wiper',
    'never',
    'irreversible',
    ['delete', 'delete-tree', 'move', 'permissions-tree'],
    'Without this folder the system does not live',
    ['system'],
  ),
  acts(
    'fork-bomb',
    'never',
    'irreversible',
    ['fork-bomb'],
    'It starts processes until the host stands still',
  ),
  acts(
    'console-data',
    'never',
    'irreversible',
    TOUCHES,
    'The record of this console is not changed from within',
    ['console'],
  ),
  acts(
    'console-kill',
    'never',
    'irreversible',
    ['console-kill'],
    'It would end this console; use its own switch',
  ),

  // What can't be judged
  acts(
    'not-understood',
    'ask',
    'irreversible',
    ['unparsed'],
    'The command is not understood, so it may be anything',
  ),
  acts('unseen-code', 'ask', 'irreversible', ['unseen-code'], 'It runs code that the policy does not read'),
  acts(
    'unknown-program',
    'ask',
    'irreversible',
    ['unknown-program'],
    'The policy does not know what this program does',
  ),
  acts(
    'unknown-tool',
    'ask',
    'irreversible',
    ['unknown-tool'],
    'The policy does not know what this tool does',
  ),
  acts('asks-operator', 'ask', 'reversible', ['ask-operator'], 'The agent asks for an answer'),

  // Reading
  rule(
    'public-keys',
    'allow',
    'reversible',
    {
      act: ['read'],
      path: PUBLIC,
    },
    'It is public',
  ),
  acts('own-files', 'allow', 'reversible', ['read'], "It is the session's own", ['workspace', 'nowhere']),
  acts('console-record', 'ask', 'irreversible', ['read'], 'What the console keeps would go to the model', [
    'console',
  ]),
  rule(
    'secret-files',
    'ask',
    'irreversible',
    { act: ['read'], path: SECRETS },
    'A secret that the model has read can not be taken back',
  ),
  acts(
    'secrets',
    'ask',
    'irreversible',
    ['secret'],
    'A secret that the model has read can not be taken back',
  ),
  rule(
    'machine-credentials',
    'ask',
    'irreversible',
    { act: ['connect', 'post', 'send'], host: METADATA },
    "There the machine's own credentials are handed out",
  ),
  acts('looking', 'allow', 'reversible', ['look', 'read', 'connect', 'work'], 'It only looks'),

  // Files
  acts('workspace', 'allow', 'reversible', TOUCHES, "It stays within the session's own files", [
    'workspace',
    'nowhere',
  ]),
  acts(
    'way-out',
    'ask',
    'changes_state',
    ['link-out'],
    'Through it later calls would reach files out there as if they were the session’s own',
  ),
  acts(
    'scratch',
    'allow',
    'changes_state',
    ['create', 'append', 'edit', 'overwrite', 'move', 'delete', 'permissions'],
    'It is a place for passing files',
    ['scratch'],
  ),
  rule(
    'kernel-settings',
    'allow',
    'changes_state',
    { act: ['overwrite', 'append'], path: ['/proc/sys/**'] },
    'A setting of the kernel, until the next start',
  ),
  rule(
    'ways-in',
    'ask',
    'changes_state',
    { act: ['create', 'append', 'edit', 'move', 'permissions'], path: WAYS_IN },
    'It decides who gets in, or what runs by itself',
  ),
  acts(
    'runs-as-owner',
    'ask',
    'changes_state',
    ['run-as-owner'],
    'Whoever starts it gets the rights of its owner',
  ),
  acts(
    'kept-change',
    'allow',
    'changes_state',
    ['create', 'append', 'edit', 'move', 'permissions'],
    'What was there is kept, or stands in the record',
    ['outside', 'system', 'scratch', 'device'],
  ),
  acts(
    'uncertain-change',
    'ask',
    'changes_state',
    ['create', 'append', 'edit', 'move', 'permissions'],
    'Where it writes is known only when it runs',
  ),
  acts('overwrites', 'ask', 'irreversible', ['overwrite'], 'What was there is gone'),
  acts('deletes', 'ask', 'irreversible', ['delete', 'delete-tree'], 'What was there is gone'),
  acts(
    'loses-permissions',
    'ask',
    'irreversible',
    ['permissions-tree', 'shut-out'],
    'Who owned what, and who might use it, is not remembered',
  ),

  ...HOST_RULES,
]
