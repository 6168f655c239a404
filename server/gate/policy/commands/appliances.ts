// Web servers, certificates, volumes, queues and stores: programs whose first words say what they do.
import type { Classifier } from '../shell/call.ts'
import { readOptions } from './options.ts'
import { judgeVerbs, type VerbTable } from './verbs.ts'

const TABLES: Record<string, VerbTable> = {
  virsh: {
    valued: 'c connect',
    acts: {
      look: 'list|dominfo|domstate|domstats|domid|domname|domuuid|domblklist|domblkinfo|domblkstat|domiflist|domifstat|domifaddr|domjobinfo|dumpxml|*-list|*-info|*-dumpxml|nodeinfo|version|capabilities|sysinfo|uri|vncdisplay|cpu-stats|guestinfo',
      'service-start': 'start|reboot|resume|reset|net-start|pool-start|autostart',
      'service-stop': 'shutdown|suspend|managedsave',
    },
    otherwise: 'container-remove',
  },
  certbot: {
    valued:
      'd w c a i domain domains cert-name webroot-path config deploy-hook pre-hook post-hook renew-hook email m server cert-path key-path',
    acts: {
      look: 'certificates|plugins|show_account',
      certificate: 'renew|certonly|run|install|enhance|reconfigure',
      credential: 'register|update_account',
    },
    otherwise: 'credential',
    unless: (options) => (options.has('dry-run') ? 'look' : undefined),
  },
  apachectl: {
    acts: { look: 'configtest|-t|-S|-M|-V|-v|status|fullstatus', 'service-start': 'start|restart|graceful' },
    otherwise: 'service-stop',
  },
  zpool: {
    valued: 'o O R d c T',
    acts: {
      look: 'status|list|iostat|history|get|events|version|wait',
      'volume-grow': 'clear|online|scrub|import|trim|resilver|set|upgrade|reopen|initialize',
      'volume-change': 'export|offline|checkpoint',
      'volume-remove': 'destroy|create|add|attach|detach|replace|remove|labelclear|split',
    },
    otherwise: 'volume-remove',
  },
  zfs: {
    valued: 'o t s S d x V b',
    acts: {
      look: 'list|get|diff|holds|userspace|groupspace|send|version|program|bookmark',
      'volume-grow': 'snapshot|snap|set|mount|create|clone|hold|share|inherit|load-key',
      'volume-change': 'unmount|umount|unshare|unload-key|release|promote|change-key|rename',
    },
    otherwise: 'volume-remove',
  },
  btrfs: {
    acts: {
      look: 'filesystem show|filesystem df|filesystem du|filesystem usage|fi *|device stats|device usage|device scan|subvolume list|subvolume show|subvolume get-default|scrub status|balance status|quota *|qgroup show|inspect-internal *|property get|version|send',
      'volume-grow':
        'scrub *|balance *|filesystem resize|filesystem sync|filesystem defragment|subvolume snapshot|subvolume create|device add|subvolume sync|subvolume set-default',
      'repair-disk': 'check|rescue *|restore',
    },
    otherwise: 'volume-remove',
  },
  rabbitmqctl: {
    valued: 'n p t node vhost timeout',
    acts: {
      look: 'list_*|status|cluster_status|environment|report|node_health_check|ping|version|eval_file|await_*|authenticate_user|schema_info|hash_password',
      'data-maintain': 'start_app|set_*|rotate_logs|sync_queue|enable_feature_flag|close_*|force_gc',
      'service-stop': 'stop|stop_app|shutdown|suspend_*',
    },
    otherwise: 'data-change',
  },
  etcdctl: {
    valued: 'endpoints cacert cert key user w write-out rev limit command-timeout dial-timeout',
    acts: {
      look: 'get|endpoint *|member list|alarm list|watch|version|lease list|lease timetolive|user list|user get|role list|role get|check *|snapshot status|auth status',
      'data-maintain': 'snapshot save|defrag|compact|compaction|move-leader|alarm disarm',
      'data-change': 'del|put|txn|member *|snapshot restore|auth *|user *|role *|lease *',
    },
    otherwise: 'data-change',
  },
  vault: {
    valued: 'address namespace format field',
    acts: {
      look: 'status|version|secrets list|auth list|policy list|policy read|audit list|token lookup|operator raft list-peers|operator members|path-help|kv list|list|kv metadata get|print *',
      secret:
        'read|kv get|kv export|unwrap|operator generate-root|token create|operator raft snapshot save|lease lookup',
      'service-start': 'operator unseal|operator step-down',
    },
    otherwise: 'data-change',
  },
  consul: {
    acts: {
      look: 'members|info|catalog *|kv get|operator raft list-peers|operator autopilot *|monitor|version|validate|rtt|services|debug|snapshot inspect|acl token list|acl policy list|intention list',
      'data-maintain': 'reload|snapshot save|maint',
      'service-stop': 'leave|force-leave',
    },
    otherwise: 'data-change',
  },
  nomad: {
    acts: {
      look: 'status|node status|job status|alloc status|alloc logs|server members|version|operator raft list-peers|job plan|job history|deployment status|eval status|monitor|job inspect',
      'cluster-change': 'job run|run|job restart|alloc restart|job revert|deployment *|job scale|plan',
      'cluster-drain': 'node drain|node eligibility|alloc stop',
    },
    otherwise: 'cluster-remove',
  },
  ceph: {
    acts: {
      look: 'status|-s|health|health detail|df|osd tree|osd df|osd stat|osd status|osd perf|osd pool ls|osd pool stats|osd pool get|osd dump|osd pool autoscale-status|pg stat|pg dump|pg ls|pg * query|mon stat|mon dump|mds stat|fs status|fs ls|versions|features|log last|quorum_status|crash ls|crash info|orch ls|orch ps|orch status|orch host ls|mgr stat|device ls|config dump|config get|config show|-w|-v',
      'data-maintain':
        'osd set|osd unset|osd in|osd reweight|pg repair|pg scrub|pg deep-scrub|crash archive|crash archive-all|config set|osd pool set|orch daemon|tell *',
      'cluster-drain': 'osd out|osd down|osd crush *',
    },
    otherwise: 'volume-remove',
  },
  mysqladmin: {
    valued: 'h u P S i c host user port socket sleep count',
    acts: {
      look: 'status|extended-status|ping|processlist|variables|version|proc|stat|ver|var',
      'data-maintain': 'kill|flush-*|refresh|reload|start-*',
      'service-stop': 'shutdown|stop-*',
      credential: 'password',
    },
    otherwise: 'data-change',
  },
  pg_ctl: {
    valued: 'D l o m t p s w',
    acts: {
      look: 'status',
      'service-start': 'start|restart|reload|logrotate',
      'service-stop': 'stop',
      'data-change': 'promote|init|initdb|kill',
    },
    otherwise: 'data-change',
  },
  pg_ctlcluster: {
    acts: {
      look: '* * status',
      'service-start': '* * start|* * restart|* * reload',
      'service-stop': '* * stop',
    },
    otherwise: 'data-change',
  },
  supervisorctl: {
    valued: 'c s u p',
    acts: {
      look: 'status|tail|avail|pid|version|maintail',
      'service-start': 'start|restart|reread|update|reload|signal',
      'service-stop': 'stop|shutdown|remove|clear',
    },
    otherwise: 'service-stop',
  },
  pm2: {
    acts: {
      look: 'list|ls|status|logs|show|info|describe|monit|jlist|prettylist',
      'service-start': 'start|restart|reload|save|resurrect',
      'service-stop': 'stop',
    },
    otherwise: 'container-remove',
  },
  'fail2ban-client': {
    acts: {
      look: 'status|ping|version|get *',
      'firewall-change': 'set *',
      'service-start': 'reload|start|restart',
    },
    otherwise: 'service-stop',
  },
  monit: {
    acts: { look: 'status|summary|report|validate', 'service-start': 'start|restart|reload|monitor' },
    otherwise: 'service-stop',
  },
  exim: { acts: { look: '-bp|-bpc|-bV' }, otherwise: 'data-change' },
  postqueue: { acts: { look: '-p|-j' }, otherwise: 'data-maintain' },
  postsuper: { acts: { look: '' }, otherwise: 'data-change' },
  postconf: { acts: { look: '-n|-d' }, otherwise: 'setting' },
  gpg: {
    valued: 'o u r output recipient local-user homedir keyserver',
    acts: { look: '' },
    otherwise: 'look',
    unless: (options) =>
      options.has(
        'export-secret-keys',
        'export-secret-subkeys',
        'delete-keys',
        'delete-secret-keys',
        'gen-key',
        'full-generate-key',
        'import',
        'edit-key',
        'passwd',
      )
        ? 'credential'
        : undefined,
  },
}

/** nginx, haproxy, sshd and such: a test looks, a signal reloads, anything else starts one. */
const server: Classifier = (call) => {
  const words = ` ${call.args.join(' ')} `
  if (
    / (-t|-T|-v|-V|-c -f|-c|-tt|-h|-?-version|configtest|-vv|-S|-M|-l|--test|--check-config|-p -t) /.test(
      words,
    ) &&
    !/ -s /.test(words)
  )
    return undefined
  if (/ (-s (stop|quit)|stop|abort|shutdown) /.test(words)) call.emit('service-stop')
  else call.emit('service-start')
  return undefined
}

const volumes: Classifier = (call) => {
  const { program } = call
  const options = readOptions(call.args, 'L l n s S o p m i I t v size extents name units options')
  if (options.has('t', 'test')) return undefined
  if (
    /^(lvremove|vgremove|pvremove|lvreduce|vgreduce|pvmove|lvconvert|vgmerge|vgsplit|pvcreate|vgcfgrestore|lvmsar|vgrename|lvrename|dmsetup|vgexport|vgmknodes)$/.test(
      program,
    )
  ) {
    if (
      program === 'dmsetup' &&
      /^(ls|info|status|table|deps|targets|version)?$/.test(options.operands[0] ?? '')
    )
      return undefined
    call.emit('volume-remove')
  } else if (program === 'lvresize')
    call.emit(
      /^\+/.test(options.valueOf('L', 'l', 'size', 'extents') ?? '') ? 'volume-grow' : 'volume-remove',
    )
  else if (/^(resize2fs|resize4fs)$/.test(program))
    call.emit(options.has('M') || options.operands.length > 1 ? 'volume-change' : 'volume-grow')
  else call.emit('volume-grow')
  return undefined
}

const queues: Classifier = (call) => {
  const words = ` ${call.args.join(' ')} `
  if (/ --(delete\S*|alter|reset-offsets|execute|create|add|remove|elect\S*|election-type) /.test(words)) {
    if (!/ --dry-run /.test(words)) call.emit('data-change')
  } else if (/producer/.test(call.program)) call.emit('data-change')
  return undefined
}

const each = (names: string, classifier: Classifier) =>
  names.split(' ').map((name): [string, Classifier] => [name, classifier])

const hooked = new Set(['certbot'])

export const appliances: [string, Classifier][] = [
  ...Object.entries(TABLES).map(([name, table]): [string, Classifier] => {
    const judge = judgeVerbs(table)
    if (!hooked.has(name)) return [name, judge]
    return [
      name,
      (call) => {
        for (const hook of readOptions(call.args, table.valued).valuesOf(
          'deploy-hook',
          'pre-hook',
          'post-hook',
          'renew-hook',
        ))
          call.script(hook, `${name} hook`, {}, '')
        return judge(call)
      },
    ]
  }),
  ...each('apache2ctl httpd', judgeVerbs(TABLES.apachectl as VerbTable)),
  ...each('nginx haproxy sshd named unbound dnsmasq squid varnishd caddy traefik postfix dovecot', server),
  ...each(
    'lvextend lvcreate lvchange vgextend vgcreate vgchange vgscan pvscan lvscan pvresize lvremove vgremove pvremove lvreduce vgreduce pvmove lvconvert vgmerge vgsplit pvcreate vgcfgrestore vgrename lvrename lvresize resize2fs xfs_growfs dmsetup vgexport vgimport vgcfgbackup multipath growpart',
    volumes,
  ),
  ...each(
    'kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-configs kafka-configs.sh kafka-acls kafka-acls.sh kafka-reassign-partitions kafka-reassign-partitions.sh kafka-leader-election kafka-leader-election.sh kafka-delete-records.sh kafka-console-producer.sh kafka-console-producer kafka-log-dirs.sh kafka-broker-api-versions.sh kafka-metadata-quorum.sh',
    queues,
  ),
]
