/** What a session's page asks and tells in front of itself. */
export type DialogName = 'facts' | 'close' | 'extend' | 'budget' | 'agent' | 'share'

/** What somebody may do with a session as it stands; a closed one can still be shared, exported and looked at. */
export type MayChange = Record<'write' | 'budget' | 'share' | 'export' | 'raw', boolean>
