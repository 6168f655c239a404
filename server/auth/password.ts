// Password hashes: scrypt with N=2^17, r=8, p=1, a random salt each.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

const LOG_COST = 17
/** For accounts of tests, which sign in often: a thousandth of a second each. */
export const CHEAP_LOG_COST = 10
const BLOCK_SIZE = 8
const KEY_BYTES = 32
/** One derivation takes 128 MiB; OpenSSL wants some room above that. */
const MAX_MEMORY_BYTES = 192 * 1024 * 1024

/**
 * The hash of a password as `scrypt$17$8$SALT$KEY`, base64url.
 * @param logCost binary logarithm of N; the product gives none
 */
export async function hashPassword(password: string, logCost = LOG_COST): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, logCost, BLOCK_SIZE)
  return ['scrypt', logCost, BLOCK_SIZE, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * Whether a password belongs to a hash. Without one (no such operator) it takes as long and says no.
 * @throws Error when the hash is damaged
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  if (hash === null) {
    await derive(password, randomBytes(16), LOG_COST, BLOCK_SIZE)
    return false
  }
  const [name, logCost, blockSize, salt, key] = hash.split('$')
  if (name !== 'scrypt' || !salt || !key) throw new Error('A password hash in the database is damaged')
  const wanted = Buffer.from(key, 'base64url')
  const derived = await derive(password, Buffer.from(salt, 'base64url'), Number(logCost), Number(blockSize))
  return derived.length === wanted.length && timingSafeEqual(derived, wanted)
}

/** The same letters can be typed as different code points (NFC on Linux, NFD from some keyboards). */
function derive(password: string, salt: Buffer, logCost: number, blockSize: number): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** logCost, r: blockSize, p: 1, maxmem: MAX_MEMORY_BYTES }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
