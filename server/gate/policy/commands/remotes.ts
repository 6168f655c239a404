// Other hosts, clouds and what manages them.
import type { Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { proxyOf } from './archives.ts'
import { readOptions } from './options.ts'
import { runInput } from './shells.ts'
import { judgeVerbs } from './verbs.ts'

const ssh: Classifier = (call) => {
  const options = readOptions(call.args, 'B b c D E e F I i J L l m O o p Q R S W w', true)
  for (const text of proxyOf(options.valuesOf('o'))) call.script(text, 'ssh ProxyCommand', {}, '')
  const [host = '', ...words] = options.operands
  if (host === '') return undefined
  if (host.includes(UNKNOWN) && host.startsWith(UNKNOWN) && host !== UNKNOWN) call.emit('unseen-code')
  call.emit('connect', { host: host.replace(/^.*@/, '').replace(/^ssh:\/\//, '') })
  if (options.has('R', 'w')) call.emit('send', { host, note: 'It opens a way from there to here' })
  const away = { remote: true, cwd: UNKNOWN, functions: new Map(), variables: new Map([['HOME', ['/root']]]) }
  if (words.length > 0) {
    // Options may also follow the host.
    const rest = words[0]?.startsWith('-')
      ? readOptions(words, 'B b c D E e F I i J L l m O o p Q R S W w', true)
      : null
    if (rest) for (const text of proxyOf(rest.valuesOf('o'))) call.script(text, 'ssh ProxyCommand', {}, '')
    return call.script((rest?.operands ?? words).join(' '), `ssh ${host}`, away)
  }
  if (options.has('N', 'G', 'V', 'O')) return undefined
  return runInput(
    {
      ...call,
      program: `ssh ${host}`,
      script: (text, label, _, input) => call.script(text, label, away, input),
    },
    call.stdin,
  )
}

const aws = judgeVerbs({
  valued:
    'region profile output query endpoint-url cli-input-json instance-ids filters start-time since filter-pattern',
  acts: {
    look: '* describe-*|* list-*|* get-*|* head-*|* search-*|* lookup-*|* filter-*|* batch-get-*|* check-*|* validate-*|* simulate-*|* estimate-*|* select-*|* scan|* query|* wait|s3 ls|s3 presign|logs tail|sts *|configure list|configure get|* help|ec2 get-console-output|* start-query|logs start-live-tail|* generate-*',
    secret:
      'secretsmanager get-secret-value|secretsmanager batch-get-*|ssm get-parameter*|kms decrypt|ecr get-login*|ec2 get-password-data|eks get-token|sts assume-role*|iam create-access-key|sts get-session-token|rds generate-db-auth-token|configure export-credentials|sts get-federation-token',
    'cloud-start': '* start-*|* reboot-*|* resume-*|rds reboot-*|eks update-kubeconfig|ecs run-task',
    'cloud-change':
      '* stop-*|* update-*|* modify-*|* create-*|* attach-*|* associate-*|* enable-*|* set-*|* tag-*|* untag-*|* register-*|* run-*|* invoke*|* send-*|* publish*|* allocate-*|* copy-*|* import-*|* restore-*|* reset-*|s3 mb|deploy *',
    'cloud-remove':
      '* delete-*|* terminate-*|* remove-*|* deregister-*|* release-*|* purge-*|* detach-*|* disable-*|* cancel-*|* revoke-*|* put-*|s3 rm|s3 rb|s3 sync|s3 mv|s3 cp|s3 website|* abort-*|* disassociate-*|* schedule-key-deletion|* rotate-*|* failover-*',
  },
  otherwise: 'cloud-remove',
  unless: (options, words) => {
    const [, verb = '', source = '', target = ''] = words.split(' ')
    if (options.has('dryrun', 'dry-run')) return 'look'
    if (/^s3 (cp|sync)/.test(words) && verb && source.startsWith('s3://') && !target.startsWith('s3://'))
      return 'look'
    return undefined
  },
})

const awsFiles: Classifier = (call) => {
  const { operands } = readOptions(call.args, 'region profile exclude include acl output query')
  const [group, verb = '', source = '', target = ''] = operands
  if (group === 's3' && /^(cp|sync|mv)$/.test(verb)) {
    if (!source.startsWith('s3://')) call.emit('read', { path: source, tree: true })
    if (target !== '' && target !== '-' && !target.startsWith('s3://'))
      call.emit('overwrite', { path: target })
  }
  return aws(call)
}

const CLOUD_LOOKS =
  'list|describe|info|version|config list|config get*|auth list|show|account *|* list|* list-*|* show|* describe|* get|* get-*|* * list|* * list-*|* * show|* * describe|* * get|* * get-*|* * * list|* * * describe|* * * show|logging read|monitor *|* exists|* * exists|* tail|* * tail|* log tail'
const cloud = judgeVerbs({
  valued:
    'n g o s project zone region format filter name resource-group output query subscription location limit',
  acts: {
    look: CLOUD_LOOKS,
    secret:
      'secrets versions access|keyvault secret show|keyvault secret download|auth print-*|* keys list|* * keys list|* get-credentials|* list-keys|account get-access-token|* credential *|* * get-value',
    'cloud-start':
      '* start|* * start|* restart|* * restart|* reset|* * reset|* resume|container clusters get-credentials|aks get-credentials',
    'cloud-change':
      '* stop|* * stop|* deallocate|* update|* * update|* create|* * create|* * * create|* add-*|* * add-*|* set|* set-*|* * set-*|config set|* resize|* * resize|* scale|* * scale|* deploy|* * deploy|* run|* * run|* invoke|* suspend|* * suspend|* * patch|* patch',
  },
  otherwise: 'cloud-remove',
})

const terraform = judgeVerbs({
  valued: '',
  acts: {
    look: 'plan|show|validate|state list|state show|state pull|output|version|providers|graph|fmt|console|workspace list|workspace show|get|metadata *|test',
    work: 'init|workspace select|workspace new|login',
    'cloud-change': 'import|refresh|untaint',
    'cloud-remove': 'apply|destroy|state *|taint|force-unlock|workspace delete',
  },
  otherwise: 'cloud-remove',
})

const terraformFiles: Classifier = (call) => {
  const folder = call.args.find((arg) => arg.startsWith('-chdir='))?.slice(7)
  const output = call.args.find((arg) => /^--?out=/.test(arg))?.replace(/^--?out=/, '')
  if (output !== undefined) call.emit('overwrite', { path: folder ? `${folder}/${output}` : output })
  if (call.args.includes('init') || call.args.includes('fmt')) call.emit('edit', { path: folder ?? '.' })
  return terraform({ ...call, args: call.args.filter((arg) => !arg.startsWith('-')) })
}

const ANSIBLE_LOOKS =
  /^(ping|ansible\.builtin\.ping|setup|gather_facts|stat|debug|getent|service_facts|package_facts|slurp|find|wait_for|assert)$/

const ansible: Classifier = (call) => {
  const options = readOptions(
    call.args,
    'm a i u e f l B P M t module-name args inventory user extra-vars forks limit become-user',
  )
  if (options.has('list-hosts', 'version', 'C', 'check', 'help')) return undefined
  const [hosts = UNKNOWN] = options.operands
  const module = (options.valueOf('m', 'module-name') ?? 'command').replace(/^ansible\.builtin\./, '')
  const text = options.valueOf('a', 'args') ?? ''
  if (ANSIBLE_LOOKS.test(module)) call.emit('connect', { host: hosts })
  else if (/^(shell|command|raw)$/.test(module))
    return call.script(text, `ansible ${hosts}`, { remote: true, cwd: UNKNOWN })
  else if (/^(service|systemd|systemd_service)$/.test(module)) {
    const state = /\bstate=(\w+)/.exec(text)?.[1] ?? ''
    const name = /\bname=(\S+)/.exec(text)?.[1] ?? UNKNOWN
    call.command(
      ['systemctl', state.replace(/ed$/, '').replace('stopp', 'stop') || 'enable', name],
      `ansible ${hosts}`,
      { remote: true, cwd: UNKNOWN },
    )
  } else call.emit('remote-remove', { host: hosts, note: `The module ${module}` })
  return undefined
}

const playbook: Classifier = (call) => {
  const looks = call.args.some((arg) =>
    /^(-C|--check|--syntax-check|--list-hosts|--list-tasks|--list-tags|--version)$/.test(arg),
  )
  if (!looks) call.emit('unseen-code', { note: 'What the playbook does is not read' })
  return undefined
}

export const remotes: [string, Classifier][] = [
  ['ssh', ssh],
  ['mosh', ssh],
  ['aws', awsFiles],
  ...['gcloud', 'az', 'doctl', 'hcloud', 'openstack', 'oci', 'linode-cli', 'ibmcloud'].map(
    (name): [string, Classifier] => [name, cloud],
  ),
  ...['terraform', 'tofu', 'terragrunt'].map((name): [string, Classifier] => [name, terraformFiles]),
  ['ansible', ansible],
  ['ansible-playbook', playbook],
]
