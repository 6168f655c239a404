import type { NextConfig } from 'next'

const config: NextConfig = {
  distDir: '.build/next',
  agentRules: false,
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  devIndicators: false,
  // Types and lint are checked by the tests; a start on a recovery host should not wait for them.
  typescript: { ignoreBuildErrors: true },
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
}

export default config
