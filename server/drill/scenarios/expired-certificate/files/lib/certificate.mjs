// Issues X.509 certificates with nothing but Node: the host of a drill may have neither openssl nor npm packages.
// DER as in ITU-T X.690, the certificate as in RFC 5280; keys are P-256, signatures ecdsa-with-SHA256.
import { createHash, createPublicKey, randomBytes, sign } from 'node:crypto'

const TAG = {
  boolean: 1,
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  text: 12,
  utcTime: 23,
  time: 24,
  sequence: 48,
  set: 49,
}
const EXTENSION = {
  keyId: '551d0e',
  keyUsage: '551d0f',
  names: '551d11',
  basic: '551d13',
  authority: '551d23',
}
const COMMON_NAME = '550403'
const ECDSA_SHA256 = '2a8648ce3d040302'

/**
 * A certificate in PEM.
 * @param subject,issuer common names; the same for a certificate of an authority's own
 * @param publicKey the subject's, PEM (a private key's PEM will do)
 * @param issuerKey the issuer's private key, PEM
 * @param hosts `localhost` and IPv4 addresses it is valid for; none for an authority
 */
export function issueCertificate({
  subject,
  issuer,
  publicKey,
  issuerKey,
  notBefore,
  notAfter,
  hosts = [],
  isAuthority = false,
}) {
  const spki = spkiOf(publicKey)
  const algorithm = sequence(oid(ECDSA_SHA256))
  const extensions = [
    extension(
      EXTENSION.basic,
      sequence(...(isAuthority ? [der(TAG.boolean, Buffer.from([255]))] : [])),
      true,
    ),
    // keyCertSign and cRLSign, or digitalSignature.
    extension(EXTENSION.keyUsage, der(TAG.bits, Buffer.from(isAuthority ? [1, 0x06] : [7, 0x80])), true),
    extension(EXTENSION.keyId, der(TAG.octets, keyId(spki))),
    extension(EXTENSION.authority, sequence(der(0x80, keyId(spkiOf(issuerKey))))),
    ...(hosts.length > 0 ? [extension(EXTENSION.names, sequence(...hosts.map(generalName)))] : []),
  ]
  const body = sequence(
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    // Positive and without a leading zero octet.
    der(TAG.integer, Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    name(issuer),
    sequence(time(notBefore), time(notAfter)),
    name(subject),
    spki,
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, issuerKey)
  const whole = sequence(body, algorithm, der(TAG.bits, Buffer.concat([Buffer.from([0]), signature])))
  return `-----BEGIN CERTIFICATE-----\n${whole
    .toString('base64')
    .match(/.{1,64}/g)
    .join('\n')}\n-----END CERTIFICATE-----\n`
}

function spkiOf(pem) {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' })
}

function keyId(spki) {
  return createHash('sha1').update(spki).digest()
}

function extension(id, value, isCritical = false) {
  const critical = isCritical ? [der(TAG.boolean, Buffer.from([255]))] : []
  return sequence(oid(id), ...critical, der(TAG.octets, value))
}

function generalName(host) {
  return /^\d/.test(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))
}

function name(commonName) {
  return sequence(der(TAG.set, sequence(oid(COMMON_NAME), der(TAG.text, Buffer.from(commonName)))))
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5). */
function time(date) {
  const digits = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
  return date.getUTCFullYear() < 2050
    ? der(TAG.utcTime, Buffer.from(digits.slice(2)))
    : der(TAG.time, Buffer.from(digits))
}

function oid(hex) {
  return der(TAG.oid, Buffer.from(hex, 'hex'))
}

function sequence(...parts) {
  return der(TAG.sequence, Buffer.concat(parts))
}

function der(tag, content) {
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 255 ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 + length.length]), length, content])
}
