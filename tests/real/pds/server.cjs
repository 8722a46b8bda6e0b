// A PLC directory in memory and a PDS on disk, for the length of one test run. Both listen on loopback alone.
// usage: node server.cjs INSTALLED_MODULES DATA_FOLDER PLC_PORT PDS_PORT
'use strict'

const net = require('node:net')
const fs = require('node:fs')
const path = require('node:path')
const { createRequire } = require('node:module')
const { randomBytes } = require('node:crypto')

const [modules, data, plcPort, pdsPort] = process.argv.slice(2)

// Both servers bind every interface when they are given a port alone; this has to stand before they are loaded.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  if (!/^\d+$/.test(String(args[0]))) return listen.apply(this, args)
  const callback = args.find((argument) => typeof argument === 'function')
  return listen.call(this, { port: Number(args[0]), host: '127.0.0.1' }, callback)
}

const installed = createRequire(path.join(path.resolve(modules), 'package.json'))
const { Database, PlcServer } = installed('@did-plc/server')
const { PDS, envToCfg, envToSecrets, readEnv } = installed('@atproto/pds')

const blobs = path.join(data, 'blobs')
const secret = (bytes) => randomBytes(bytes).toString('hex')

Object.assign(process.env, {
  PDS_PORT: pdsPort,
  PDS_HOSTNAME: 'localhost',
  PDS_DEV_MODE: 'true',
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_DATA_DIRECTORY: data,
  PDS_BLOBSTORE_DISK_LOCATION: blobs,
  PDS_DID_PLC_URL: `http://127.0.0.1:${plcPort}`,
  PDS_INVITE_REQUIRED: 'false',
  PDS_DISABLE_SSRF_PROTECTION: 'true', // the directory is on loopback
  PDS_CRAWLERS: '',
  PDS_RATE_LIMITS_ENABLED: 'false',
  PDS_BSKY_APP_VIEW_URL: 'http://127.0.0.1:9', // there is none: records are read from the repository
  PDS_BSKY_APP_VIEW_DID: 'did:example:nobody',
  PDS_JWT_SECRET: secret(16),
  PDS_ADMIN_PASSWORD: secret(16),
  PDS_DPOP_SECRET: secret(32),
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: secret(32),
  LOG_ENABLED: 'false',
})

async function main() {
  fs.mkdirSync(blobs, { recursive: true })
  const plc = PlcServer.create({ db: Database.mock(), port: Number(plcPort) })
  await plc.start()
  const env = readEnv()
  const pds = await PDS.create(envToCfg(env), envToSecrets(env))
  await pds.start()
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => Promise.allSettled([pds.destroy(), plc.destroy()]).then(() => process.exit(0)))
  }
  console.log(`READY http://127.0.0.1:${pdsPort}`)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
