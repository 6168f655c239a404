// How long a text may be, for pages that do without the schemas.

/** A reason that an operator gives. */
export const REASON_MAX_CHARACTERS = 2000
