import { openMessagingOffice } from './messaging-office.ts'

/** A worker as a process of its own, for tests that kill it. Arguments: the database's addresses as JSON, Redis, environment as JSON. */
const [database = '{}', redisUrl = '', environment = '{}'] = process.argv.slice(2)
const facts = JSON.parse(database) as { ownerUrl: string; appUrl: string; relayUrl: string; directoryUrl: string }
const office = openMessagingOffice({ ...facts, drop: async () => undefined }, redisUrl, {
  environment: JSON.parse(environment) as Record<string, string>
})
await office.start('worker')
