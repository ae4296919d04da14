import { createHmac } from 'node:crypto'
import { addressPrefix, dailyCaps } from '#shared/messaging/daily-caps.ts'
import type { Tx } from '../../postgres/transaction.ts'

/**
 * Takes one message to an address out of today's quota (day of the tenant's time zone). False when the address, its
 * range or the tenant has used it up, or the operator's `messagesPerDay` for all channels together is reached. Holds over concurrent transactions for the address; range and tenant may be passed
 * by those that run at the same moment.
 */
export async function takeQuota(
  tx: Tx,
  key: Uint8Array,
  to: { channel: 'sms' | 'email'; address: string }
): Promise<boolean> {
  const caps = dailyCaps[to.channel]
  const hash = createHmac('sha256', key).update(`${tx.tenantId} ${to.address.toLowerCase()}`).digest()
  const { rowCount } = await tx.query(
    `with today as (
       select (now() at time zone time_zone)::date as day, (quotas->>'messagesPerDay')::int as quota from tenant where tenant_id = $1
     ), counted as (
       select today.day, quota, coalesce(sum(used), 0) as of_all, coalesce(sum(used) filter (where channel = $2), 0) as of_tenant,
         coalesce(sum(used) filter (where channel = $2 and prefix = $4), 0) as of_prefix
       from today left join address_day d on d.tenant_id = $1 and d.day = today.day
       group by today.day, quota
     )
     insert into address_day as a (tenant_id, day, channel, address_hash, prefix, used)
     select $1, day, $2, $3, $4, 1 from counted where of_prefix < $6 and of_tenant < $7 and (quota is null or of_all < quota)
     on conflict (tenant_id, day, channel, address_hash) do update set used = a.used + 1 where a.used < $5`,
    [
      tx.tenantId,
      to.channel,
      hash,
      addressPrefix(to.channel, to.address),
      caps.perAddress,
      caps.perPrefix,
      caps.perTenant
    ]
  )
  return rowCount === 1
}

/** Counters are needed for one day; two more for those who ask why. */
export async function forgetQuotas(tx: Tx): Promise<void> {
  await tx.query(`delete from address_day where day < current_date - 3`)
}
