// Containers and clusters.
import type { Act } from '../effects.ts'
import type { Call, Classifier } from '../shell/call.ts'
import { UNKNOWN } from '../text.ts'
import { readOptions } from './options.ts'
import { runInput } from './shells.ts'
import { judgeVerbs } from './verbs.ts'

const INSIDE = { remote: true, cwd: UNKNOWN }
const RUN_VALUED =
  'a e v p u w h m c l volume name env env-file publish user workdir hostname memory cpus cpu-shares network net entrypoint mount label restart platform pull add-host dns cap-add cap-drop device security-opt ulimit shm-size log-driver log-opt link ip pid ipc uts userns group-add tmpfs gpus runtime cidfile health-cmd stop-signal'

const DOCKER = judgeVerbs({
  valued: 'H c l n f context config log-level host filter format tail since until last time t volume-driver',
  acts: {
    look: 'ps|logs|inspect|stats|images|top|port|diff|events|info|version|search|history|manifest *|scout *|system df|system info|system events|container ls|container ps|container list|container logs|container inspect|container stats|container top|image ls|image list|image inspect|image history|network ls|network list|network inspect|volume ls|volume list|volume inspect|context ls|context list|context inspect|context show|node ls|node inspect|node ps|service ls|service ps|service logs|service inspect|stack ls|stack ps|stack services|buildx ls|wait|builder du',
    'container-start':
      'start|restart|unpause|pull|create|build|buildx build|tag|container start|container restart|image pull|image build|rename|network create|volume create|network connect|service scale|login|logout|load|attach|context use|context create',
    'container-stop':
      'stop|pause|container stop|container pause|network disconnect|update|container update|service update|service rollback',
    'container-remove':
      'rm|rmi|kill|system prune|container *|image *|volume *|network *|swarm *|secret *|config *|stack *|service *|node *|plugin *|builder prune|import|commit|buildx prune',
    publish: 'push|image push',
  },
  otherwise: 'container-remove',
})

const COMPOSE = judgeVerbs({
  valued: 'f p t n file project-name profile env-file tail since until scale timeout',
  acts: {
    look: 'ps|logs|config|images|top|port|ls|events|version|stats|volumes',
    'container-start': 'up|start|restart|pull|build|create|unpause|scale|watch',
    'container-stop': 'stop|pause',
    'container-remove': 'down|rm|kill',
    publish: 'push',
  },
  otherwise: 'container-remove',
  unless: (options, words) =>
    words.startsWith('up') && options.has('V', 'renew-anon-volumes', 'remove-orphans')
      ? 'container-remove'
      : undefined,
})

const docker: Classifier = (call) => {
  const outer = readOptions(call.args, 'H c l context config log-level host', true)
  const [verb = '', ...args] = outer.operands[0] === 'container' ? outer.operands.slice(1) : outer.operands
  if (verb === 'compose') return compose({ ...call, args })
  if (verb === 'exec') return inside(call, args, 'd e u w env user workdir env-file detach-keys', 1)
  if (verb === 'run') return start(call, args)
  if (verb === 'cp') return copyInto(call, args)
  if (verb === 'export' || verb === 'save') {
    const output = readOptions(args, 'o output').valueOf('o', 'output')
    if (output) call.emit('create', { path: output })
    return undefined
  }
  return DOCKER(call)
}

const compose: Classifier = (call) => {
  const outer = readOptions(call.args, 'f p file project-name profile env-file project-directory', true)
  const [verb = '', ...args] = outer.operands
  if (verb === 'exec') return inside(call, args, 'e u w env user workdir index', 1)
  if (verb === 'run') return start(call, args)
  if (verb === 'cp') return copyInto(call, args)
  return COMPOSE({ ...call, args: outer.operands })
}

/** `docker exec NAME command`: what runs in there is judged as if no file were the session's own. */
function inside(call: Call, args: readonly string[], valued: string, before: number): string | undefined {
  const options = readOptions(args, valued, true)
  const words = options.operands.slice(before)
  return words.length > 0 ? call.command(words, `${call.program} exec`, INSIDE) : undefined
}

function start(call: Call, args: readonly string[]): string | undefined {
  const options = readOptions(args, RUN_VALUED, true)
  const words = options.operands.slice(1)
  const mounts = [...options.valuesOf('v', 'volume'), ...options.valuesOf('mount')].join(' ')
  const opens =
    options.has('privileged', 'device', 'cap-add') ||
    /host/.test(options.valuesOf('pid', 'userns', 'ipc').join(' ')) ||
    /(^|\s|=)\/(:|,|\s|$)|docker\.sock|(^|\s|=)\/(etc|root|var|usr|boot|dev|proc|sys)(\/|:|,)/.test(mounts)
  call.emit('container-start', { note: 'A new container' })
  if (opens) call.emit('unseen-code', { note: 'The container gets at the host' })
  if (options.has('entrypoint'))
    call.command([options.valueOf('entrypoint') ?? UNKNOWN, ...words], `${call.program} run`, INSIDE)
  else if (words.length > 0) call.command(words, `${call.program} run`, INSIDE)
  return undefined
}

function copyInto(call: Call, args: readonly string[]): undefined {
  const [source = '', target = ''] = readOptions(args, '').operands
  if (target.includes(':')) {
    call.emit('read', { path: source, tree: true })
    call.emit('container-remove', { note: 'It copies over what is there' })
  } else if (target !== '-') call.emit('overwrite', { path: target })
}

const KUBECTL_VALUED =
  'n f o l c k s v L namespace context cluster kubeconfig output selector container filename kustomize tail since since-time user server token as field-selector sort-by replicas type patch p image timeout grace-period from-literal from-file max-log-requests dry-run cascade template raw subresource overrides env limits requests port restart to-revision'

const KUBECTL = judgeVerbs({
  valued: KUBECTL_VALUED,
  acts: {
    look: 'get|describe|logs|top|explain|api-resources|api-versions|version|cluster-info|diff|wait|kustomize|completion|options|auth can-i|auth whoami|config get-*|config view|config current-context|rollout status|rollout history|events|port-forward|plugin list',
    'cluster-change':
      'apply|scale|cordon|uncordon|set *|label|annotate|expose|autoscale|create|run|rollout *|patch|edit|config use-context|config set-context|debug|taint|certificate approve|attach|auth reconcile',
    'cluster-drain': 'drain',
    'cluster-remove': 'delete|replace|certificate deny|cp|proxy',
  },
  otherwise: 'cluster-remove',
  unless: kubectlOptions,
})

function kubectlOptions(options: ReturnType<typeof readOptions>, words: string): Act | undefined {
  const shows = options.has('o', 'output', 'template')
  if (
    /^get (\S+,)?secrets?([/ ,]|$)/.test(words) &&
    shows &&
    !/^(name|wide)$/.test(options.valueOf('o', 'output') ?? '')
  )
    return 'secret'
  if (/^(config view|create token)/.test(words) && (options.has('raw') || words.startsWith('create')))
    return 'secret'
  if (
    /^(apply|create|patch|scale|run|label|annotate|set|expose|drain|delete|replace)/.test(words) &&
    /^(client|server|true)$/.test(options.valueOf('dry-run') ?? '')
  )
    return 'look'
  if (words.startsWith('scale') && options.valueOf('replicas') === '0') return 'cluster-drain'
  if (words.startsWith('apply') && options.has('prune', 'force', 'replace')) return 'cluster-remove'
  if (words.startsWith('taint') && /NoExecute/.test(words)) return 'cluster-drain'
  if (words.startsWith('get ') && options.has('raw')) return 'look'
  return undefined
}

const kubectl: Classifier = (call) => {
  const outer = readOptions(call.args, KUBECTL_VALUED, true)
  const [verb, ...args] = outer.operands
  if (verb === 'exec' || verb === 'run' || verb === 'debug') {
    const dashes = args.indexOf('--')
    if (verb !== 'exec') call.emit('cluster-change', { note: `kubectl ${verb}` })
    if (dashes >= 0) return call.command(args.slice(dashes + 1), `kubectl ${verb}`, INSIDE)
    // The old spelling without `--`: the command follows the pod.
    const afterPod = readOptions(args, KUBECTL_VALUED, true).operands.slice(1)
    const words = readOptions(afterPod, KUBECTL_VALUED, true).operands
    return verb === 'exec' && words.length > 0 ? call.command(words, 'kubectl exec', INSIDE) : undefined
  }
  return KUBECTL(call)
}

const helm = judgeVerbs({
  valued:
    'n f o namespace values set set-string kube-context kubeconfig version output timeout revision repo',
  acts: {
    look: 'list|ls|status|get *|history|hist|template|show *|inspect *|search *|lint|diff *|env|version|repo list|dependency list|verify|pull|fetch',
    'cluster-change': 'install|upgrade|rollback|repo *|dependency *|test|package|create|registry *|plugin *',
    'cluster-remove': 'uninstall|delete|del|un',
    publish: 'push',
  },
  otherwise: 'cluster-remove',
  unless: (options, words) =>
    /^(install|upgrade|rollback|uninstall)/.test(words) && options.has('dry-run')
      ? 'look'
      : words.startsWith('get values')
        ? 'secret'
        : words.startsWith('upgrade') && options.has('force')
          ? 'cluster-remove'
          : undefined,
})

/** nsenter into another process's namespaces: of process 1 the host's own files. */
const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

export const containers: [string, Classifier][] = [
  ...each('docker podman nerdctl', docker),
  ...each('docker-compose podman-compose', compose),
  ...each('kubectl oc k', kubectl),
  ['helm', helm],
  ['crictl', (call) => (call.args[0] === 'exec' ? inside(call, call.args.slice(1), 'r', 1) : CRICTL(call))],
  ...each('lxc incus machinectl pct', (call) => {
    const [verb = ''] = call.args
    if (/^(list|info|show|status|config|ls)$/.test(verb)) return undefined
    if (/^(exec|shell|enter)$/.test(verb)) return inside(call, call.args.slice(1), 'cwd env user', 1)
    call.emit(
      /^(start|restart|launch)$/.test(verb)
        ? 'container-start'
        : /^(stop|poweroff|shutdown)$/.test(verb)
          ? 'container-stop'
          : 'container-remove',
    )
    return undefined
  }),
  [
    'kubeadm',
    judgeVerbs({
      acts: {
        look: 'version|config print|config view|token list|certs check-expiration|upgrade plan',
        'cluster-change': 'certs renew',
        credential: 'token *',
      },
      otherwise: 'cluster-remove',
    }),
  ],
  ['k9s', runInputOnly],
]

const CRICTL = judgeVerbs({
  valued: 'r o',
  acts: {
    look: 'ps|pods|images|img|logs|inspect|inspecti|inspectp|info|stats|version|statsp|imagefsinfo',
    'container-start': 'start|pull|create|run|runp',
    'container-stop': 'stop|stopp',
    'container-remove': 'rm|rmp|rmi',
  },
  otherwise: 'container-remove',
})

function runInputOnly(call: Call) {
  return runInput(call, call.stdin)
}
