import type { Mutation } from './mutation-list.ts'

const impersonation = ['server/features/identity/impersonation/impersonation.pg.test.ts']
const stepRule = ['server/features/identity/second-step/second-step-rule.pg.test.ts']
const contactLists = ['server/features/privacy/contact-lists/contact-lists.pg.test.ts']
const breaches = ['server/features/privacy/breaches/breaches.pg.test.ts']
const samples = ['server/features/tenants/samples/samples.pg.test.ts']
const samplesSql = 'server/postgres/migrations/0047-samples.sql'
const myData = ['server/features/grievances/my-data/my-data.pg.test.ts']

/** Rules about people, offices and what is kept of citizens. */
export const identityMutations: readonly Mutation[] = [
  {
    name: 'the operator changes something in the place of a person',
    file: 'server/http/request/refuse-impersonator.ts',
    from: " || route.method !== 'get'",
    to: '',
    tests: impersonation
  },
  {
    name: 'what the operator opens in the place of a person is not written down',
    file: 'server/http/request/route-runner.ts',
    from: 'if (!session?.isImpersonated ||',
    to: 'if (session ||',
    tests: impersonation
  },
  {
    name: 'a report is changed on the portal without a pass that was opened with the digits',
    file: 'server/features/grievances/track/track-self.ts',
    from: "if (pass?.level !== 'full' || purpose === undefined)",
    to: 'if (!pass || purpose === undefined)',
    tests: ['server/testing/doors/public-matrix.pg.test.ts']
  },
  {
    name: 'the session of the operator is refreshed beyond its limit',
    file: 'server/features/identity/refresh-token-store.ts',
    from: 'least($7::timestamptz, impersonated_until)',
    to: '$7::timestamptz',
    tests: impersonation
  },
  {
    name: 'the operator comes in without a reason',
    file: 'shared/identity/impersonation.ts',
    from: 'z.string().trim().min(10).max(300)',
    to: 'z.string().max(300)',
    tests: ['shared/identity/impersonation.test.ts']
  },
  {
    name: 'a session without the second step that is wanted is let through',
    file: 'server/http/request/refuse-limited.ts',
    from: '!session?.isLimited ||',
    to: 'true ||',
    tests: stepRule
  },
  {
    name: 'a code by e-mail counts as the second step that an office wants',
    file: 'server/features/identity/sessions.ts',
    from: "hasShownStep: step === 'totp'",
    to: 'hasShownStep: step !== null',
    tests: stepRule
  },
  {
    name: 'a password alone sets up a second step beside a passkey',
    file: 'server/features/identity/second-step/limited-session.ts',
    from: 'if (rows[0]?.has !== false)',
    to: 'if (!rows[0])',
    tests: stepRule
  },
  {
    name: 'the second step of one session opens another',
    file: 'server/features/identity/second-step/limited-session.ts',
    from: "'delete from limited_session where tenant_id = $1 and family_id = $2'",
    to: "'delete from limited_session where tenant_id = $1 and user_id = (select user_id from limited_session where tenant_id = $1 and family_id = $2)'",
    tests: stepRule
  },
  {
    name: 'a refresh gives the key to the copies to a limited session',
    file: 'server/features/identity/sessions.ts',
    from: '(await isLimited(tx, result.familyId)) ? null : await',
    to: 'await',
    tests: stepRule
  },
  {
    name: 'a colour is taken that white cannot be read on',
    file: 'shared/tenants/brand-color.ts',
    from: 'hexColorSchema.refine(isReadable,',
    to: 'hexColorSchema.refine((color) => color !== null,',
    tests: ['shared/tenants/brand-color.test.ts']
  },
  {
    name: 'a picture is decoded by what its content is not',
    file: 'server/features/files/images/prepare-image.ts',
    from: "if (!kind) return Promise.resolve({ ok: false, reason: 'not_an_image' })",
    to: 'if (!kind) return encodeAnew(bytes)',
    tests: ['server/features/files/images/prepare-image.test.ts']
  },
  {
    name: 'my data opens by the number of a report, without the digits of the phone',
    file: 'server/features/grievances/my-data/my-data-pages.ts',
    from: "if (pass?.level !== 'full') return",
    to: 'if (!pass) return',
    tests: myData
  },
  {
    name: 'my data shows the decisions of other citizens',
    file: 'server/features/grievances/my-data/my-data-store.ts',
    from: 'where tenant_id = $1 and contact_id = $2',
    to: 'where tenant_id = $1 and $2::uuid is not null',
    tests: myData
  },
  {
    name: 'one consent opens every purpose',
    file: 'shared/privacy/consent.ts',
    from: 'contact.consents.includes(`${purpose}:${channel}`)',
    to: 'contact.consents.some((one) => one.endsWith(`:${channel}`))',
    tests: ['shared/privacy/consent.test.ts']
  },
  {
    name: 'a list of contacts does not ask what consent covers',
    file: 'shared/privacy/contact-list.ts',
    from: "if (!mayUse({ consents }, purpose, channel).allowed) return decision === null ? 'not_asked' : 'refused'",
    to: '',
    tests: contactLists
  },
  {
    name: 'a no to a shared phone binds only the record it was told for',
    file: 'shared/privacy/contact-list.ts',
    from: "return refused.has(address) ? 'refused' : null",
    to: 'return refused.has(channel) ? null : null',
    tests: contactLists
  },
  {
    name: 'a role from which contacts are hidden takes them out as a file',
    file: 'server/features/privacy/contact-lists/contact-list-routes.ts',
    from: 'if (actor.masks?.length)',
    to: 'if (!actor.role)',
    tests: contactLists
  },
  {
    name: 'a closed breach is changed',
    file: 'server/features/privacy/breaches/breach-store.ts',
    from: 'if (breach.closed)',
    to: 'if (!breach)',
    tests: breaches
  },
  {
    name: 'of a lost phone those are not told whose reports its holder filed in other wards',
    file: 'server/features/privacy/breaches/affected-people.ts',
    from: 'g.filed_by = any ($4) or g.assignee_id = any ($4)',
    to: '$4::uuid[] is null',
    tests: breaches
  },
  {
    name: 'a message goes to who refused this purpose',
    file: 'server/features/messaging/grievance-listener.ts',
    from: "mayUse(reporter, 'grievance_updates', channel).allowed",
    to: "mayUse({ consents: null }, 'grievance_updates', channel).allowed",
    tests: ['scripts/testing/privacy/consent.pg.test.ts']
  },
  {
    name: 'what was given up on a phone is forgotten before the office has answered',
    file: 'client/session/given-up.ts',
    from: 'await api.call({',
    to: 'await store.put(key, [])\n    await api.call({',
    tests: ['client/session/session.test.ts']
  },
  {
    name: 'a message about sample data goes out',
    file: samplesSql,
    from: 'if exists (select 1 from sample_record s where s.tenant_id = new.tenant_id and s.record_id in (new.subject_id, new.recipient_id)) then',
    to: 'if false then',
    tests: samples
  },
  {
    name: 'a real record is declared a sample',
    file: samplesSql,
    from: 'if not made then',
    to: 'if false then',
    tests: samples
  },
  {
    name: 'sample data is removed with more of what people wrote than was confirmed',
    file: 'server/features/tenants/samples/sample-routes.ts',
    from: 'if (gone.written !== confirmed)',
    to: 'if (gone.written < 0)',
    tests: samples
  },
  {
    name: 'a real report goes on naming a sample that is gone',
    file: samplesSql,
    from: 'tenant_id = office and not id = any (cases) and (person_id = any (people)',
    to: 'false and (person_id = any (people)',
    tests: samples
  },
  {
    name: 'the number of a removed sample is given to a real report',
    file: 'server/features/grievances/grievance-numbers.ts',
    from: 'from retired_number where tenant_id = $1 and',
    to: 'from retired_number where false and tenant_id = $1 and',
    tests: samples
  },
  {
    name: 'the files of removed samples are left behind',
    file: 'server/features/tenants/samples/sample-routes.ts',
    from: 'await done.removeFiles()',
    to: 'void done.removeFiles',
    tests: samples
  }
]
