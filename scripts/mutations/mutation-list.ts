/** A safety rule broken on purpose, and the tests that must notice. */
export interface Mutation {
  readonly name: string
  readonly file: string
  /** Exact text in the file, and what stands there in the broken version. */
  readonly from: string
  readonly to: string
  readonly tests: readonly string[]
}

export const mutations: readonly Mutation[] = [
  {
    name: 'the feed is read without the horizon, by its sequence alone',
    file: 'server/postgres/migrations/0015-sync-page-text.sql',
    from: 'and (f.xid, f.seq) > (s.xid, s.seq) and f.xid < pg_snapshot_xmin(pg_current_snapshot())',
    to: 'and f.seq > s.seq',
    tests: ['server/sync/feed/feed-horizon.pg.test.ts']
  },
  {
    name: 'the verdict of a command is not stored',
    file: 'server/sync/judging/write-batch.ts',
    from: "insertRows(tx, 'command_log', { rows: logRows, same }),",
    to: "insertRows(tx, 'command_log', { rows: [], same }),",
    tests: ['server/sync/push.pg.test.ts']
  },
  {
    name: 'the tenant is set for the connection and not for the transaction',
    file: 'server/postgres/transaction.ts',
    from: "set_config('app.tenant_id', $1, true)",
    to: "set_config('app.tenant_id', $1, false)",
    tests: ['server/postgres/row-level-security.pg.test.ts']
  },
  {
    name: 'two batches of one device are judged at the same time',
    file: 'server/sync/push.ts',
    from: "deviceId ? tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [deviceId]) : null",
    to: 'null',
    tests: ['server/sync/feed/feed-horizon.pg.test.ts']
  },
  {
    name: 'rights are taken away while their holder is sending',
    file: 'server/sync/push.ts',
    from: "userId ? tx.query('select hold_rights($1)', [userId]) : null",
    to: 'null',
    tests: ['server/sync/rights-taken-under-push.pg.test.ts']
  },
  {
    name: 'a saved command is deleted when it is sent, before it is settled',
    file: 'client/local-store/sealed-outbox/unsent-rows.ts',
    from: "commands.bulkPut(rows.filter(({ seq }) => meant.has(seq)).map((row) => ({ ...row, state: 'sent' })))",
    to: 'commands.bulkDelete(rows.filter(({ seq }) => meant.has(seq)).map(({ seq }) => seq))',
    tests: ['client/sync/kill-points.test.ts']
  },
  {
    name: 'a lower revision is accepted into the replica',
    file: 'client/local-store/newer-rev-storage.ts',
    from: 'rows.filter((row) => !row.previous || isNewer(row.document, row.previous, context))',
    to: '[...rows]',
    tests: ['client/local-store/replica-store.test.ts']
  },
  {
    name: 'a poke is passed on before the feed can show what it promises',
    file: 'server/sync/live/waiting-room.ts',
    from: 'comparePositions(one.position, passed) < 0',
    to: 'comparePositions(one.position, passed) < 1_000',
    tests: ['server/sync/live/live-hub.test.ts']
  },
  {
    name: 'a held command is answered for and not kept',
    file: 'server/sync/held/held-store.ts',
    from: 'if (held.length === 0) return []',
    to: 'if (held.length >= 0) return held.map(({ command, waitsFor }) => ({ id: command.id, verdict: `retry` as const, waitsFor, stored: [], issues: [] }))',
    tests: ['server/sync/held/held-commands.pg.test.ts']
  },
  {
    name: 'rules see records that are out of the sight of the one who acts',
    file: 'server/sync/judging/working-rows.ts',
    from: 'if (visible) this.rows.set',
    to: 'if (visible || !visible) this.rows.set',
    tests: ['server/sync/held/held-commands.pg.test.ts']
  },
  {
    name: 'a device is not told that records left its scope',
    file: 'server/sync/feed/feed-page.ts',
    from: 'return rows.filter((row) => !row.elsewhere)',
    to: 'return []',
    tests: ['server/sync/scope-changes.pg.test.ts']
  },
  {
    name: 'a change is merged and the stored state is not returned',
    file: 'server/sync/judging/verdicts.ts',
    from: 'stored: [...new Map(stored',
    to: "stored: entry.verdict === 'merged' ? [] : [...new Map(stored",
    tests: ['server/sync/judging/conflicts.pg.test.ts']
  },
  {
    name: 'people stay behind when their household moves',
    file: 'server/postgres/migrations/0013-held-commands.sql',
    from: 'where n.ward_id <> o.ward_id and p.tenant_id = n.tenant_id',
    to: 'where false and p.tenant_id = n.tenant_id',
    tests: ['server/sync/scope-changes.pg.test.ts']
  },
  {
    name: 'removals are forgotten without a note how far',
    file: 'server/sync/feed/feed-prune.ts',
    from: 'from forgotten order by collection, scope, xid desc, seq desc',
    to: 'from forgotten where false order by collection, scope, xid desc, seq desc',
    tests: ['server/sync/feed/feed-prune.pg.test.ts']
  },
  {
    name: 'a received command is dropped at once, whatever the durable mark says',
    file: 'client/local-store/sealed-outbox/release-durable.ts',
    from: 'if (!row.receipt) return false',
    to: 'return row.receipt !== null',
    tests: ['scripts/testing/sync/server-restored.pg.test.ts']
  },
  {
    name: 'a command that another generation received is dropped by the durable mark of this one',
    file: 'client/local-store/sealed-outbox/release-durable.ts',
    from: ': row.generation !== generation) continue',
    to: ': false) continue',
    tests: ['client/local-store/outbox.test.ts']
  },
  {
    name: 'an answer from before a restore that comes late counts as received',
    file: 'client/local-store/sealed-outbox/settled-row.ts',
    from: 'const isLate = generation < latest',
    to: 'const isLate = false',
    tests: ['client/local-store/outbox.test.ts', 'client/sync/restored-server.test.ts']
  },
  {
    name: 'a comparison drops records that a saved command needs',
    file: 'client/sync/repair/compare-collection.ts',
    from: 'if (known.needed.has(id)) found.needed.push(id)',
    to: 'if (known.needed.size < 0) found.needed.push(id)',
    tests: ['scripts/testing/sync/copies-that-drifted.pg.test.ts']
  },
  {
    name: 'records are fetched by id without asking for their scope',
    file: 'server/sync/compare/compare-scopes.ts',
    from: 'and f.id = d.id and f.present and f.scope = any ($4))',
    to: 'and f.id = d.id and f.present and $4::text[] is not null)',
    tests: ['server/sync/compare/compare.pg.test.ts']
  },
  {
    name: 'a scope taken away and given back is read on from its old position',
    file: 'server/sync/feed/lost-scopes.ts',
    from: 'if (scopes.includes(scope)) delete s[scope]',
    to: 'if (scopes.includes(scope)) continue',
    tests: ['server/sync/pull.pg.test.ts']
  },
  {
    name: 'a command that is sent again is judged again',
    file: 'server/sync/push.ts',
    from: 'const fresh = commands.filter((command) => !known.has(command.id))',
    to: 'known.clear()\n  const fresh = commands',
    tests: ['server/sync/push.pg.test.ts']
  },
  {
    name: 'the feed is read by when a transaction began, up to now: a timestamp as cursor',
    file: 'server/postgres/migrations/0015-sync-page-text.sql',
    from: 'and (f.xid, f.seq) > (s.xid, s.seq) and f.xid < pg_snapshot_xmin(pg_current_snapshot())',
    to: 'and (f.xid, f.seq) > (s.xid, s.seq)',
    tests: ['server/sync/feed/feed-interleavings.pg.test.ts']
  },
  {
    name: 'a pull does not say that it has not reached what a poke promised',
    file: 'server/sync/pull.ts',
    from: 'const behind = request.reach !== undefined && comparePositions(feed.horizon, request.reach) <= 0',
    to: 'const behind = false',
    tests: ['server/sync/feed/feed-horizon.pg.test.ts']
  },
  {
    name: 'a checkpoint is saved although its page could not be written',
    file: 'client/local-store/newer-rev-storage.ts',
    from: 'if (guard.failed) return { error: [] }',
    to: '',
    tests: ['client/local-store/replica-store.test.ts']
  },
  {
    name: 'pending effects are not computed anew when the app starts',
    file: 'client/sync/sync-engine.ts',
    from: 'createLayerKeeper(layerParts, async () => (await outbox.known()).rows)',
    to: 'createLayerKeeper(layerParts, async () => [])',
    tests: ['client/sync/sync-engine.test.ts']
  },
  {
    name: 'a pending effect stays as it was although a record it rests on came changed',
    file: 'client/sync/records/pending-layer.ts',
    from: ' && [...known.looked].every(([key, record]) => working.at(key) === record)',
    to: '',
    tests: ['client/sync/records/layer-keeper.test.ts']
  },
  {
    name: 'a scope that was taken away before its checkpoint was saved stays on the phone',
    file: 'server/sync/feed/lost-scopes.ts',
    from: "else s[scope] ??= ['0', '0']",
    to: '',
    tests: ['server/sync/pull.pg.test.ts']
  },
  {
    name: 'a page that is looked at waits for ever behind one that is frozen',
    file: 'client/sync/pull/feed-turn.ts',
    from: 'if (!end && !stopping && !globalThis.document?.hidden)',
    to: 'if (!end && stopping && !globalThis.document?.hidden)',
    tests: ['client/sync/pull/feed-turn.test.ts']
  },
  {
    name: 'a page that was frozen writes what it had read before another page read on',
    file: 'client/local-store/packed/packed-instance.ts',
    from: "context.startsWith('replication-') || ",
    to: '',
    tests: ['client/sync/pull/frozen-tab.test.ts']
  },
  {
    name: 'a page that was frozen writes what a comparison found before another page read on',
    file: 'client/local-store/packed/packed-instance.ts',
    from: ' || context === mendedWriteContext',
    to: '',
    tests: ['client/sync/pull/frozen-tab.test.ts']
  },
  {
    name: 'a page begins to read without taking the copies from the one that read before',
    file: 'client/local-store/packed/disk/feed-fence.ts',
    from: 'next = (asked.result ?? 0) + 1',
    to: 'next = asked.result ?? 0',
    tests: ['client/sync/pull/frozen-tab.test.ts']
  },
  {
    name: 'the feed writes over a comparison under way',
    file: 'client/sync/pull/feed-runner.ts',
    from: 'if (page.documents.length > 0) await parts.beforePage(name)',
    to: '',
    tests: ['client/sync/repair/compare-while-reading.test.ts']
  },
  {
    name: 'a record that a command needed stays for good when the command has ended',
    file: 'client/sync/repair/repair-desk.ts',
    from: ' && !(book.needed && (await (await load()).isFreed(parts, book.needed)))',
    to: '',
    tests: ['client/sync/repair/no-longer-needed.test.ts']
  },
  {
    name: 'a queue that is judged again gets new command ids',
    file: 'server/features/rescue/judge-queue.ts',
    from: 'const commands = chosen.sort(',
    to: 'const commands = chosen.map((command) => ({ ...command, id: needs.newId() })).sort(',
    tests: ['server/features/rescue/rescue-queues.pg.test.ts']
  },
  {
    name: 'a queue is closed, and its file dropped, while something of it is undecided',
    file: 'server/features/rescue/judge-queue.ts',
    from: "const settled = kept.commandIds.every((id) => decided.has(id) && decided.get(id)?.state !== 'waiting')",
    to: 'const settled = true',
    tests: ['server/features/rescue/rescue-queues.pg.test.ts']
  },
  {
    name: 'an ended phone is wiped before the office has confirmed its queue',
    file: 'client/sync/rescue/carry-out-orders.ts',
    from: 'await sendRescueFile(parts.api, file,',
    to: 'void sendRescueFile(parts.api, file,',
    tests: ['client/sync/rescue/carry-out-orders.test.ts']
  },
  {
    name: 'an upload token of an ended phone is not used up',
    file: 'server/features/devices/surrender-token.ts',
    from: "'delete from surrender_token where tenant_id = $1 and token_hash = $2 and expires_at > $3 returning device_id as id'",
    to: "'select device_id as id from surrender_token where tenant_id = $1 and token_hash = $2 and expires_at > $3'",
    tests: ['server/features/devices/ended-devices.pg.test.ts']
  }
]
