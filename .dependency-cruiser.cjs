// The walls of the house. Rooms are matched by folder name, so a new feature or app is walled in on the day it is made.
// Each rule is broken on purpose in scripts/checks/walls.test.ts.

const test = '\\.(test|spec)\\.ts$'
const testing = '^(client|server)/testing/'
const config = '^[^/]+\\.config\\.(ts|js)$'
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`
const rooms = (floor, names) => `^${floor}/(${names.join('|')})(/|\\.ts$)`

const clientRooms = ['sync', 'local-store', 'device', 'session', 'http', 'i18n', 'ui', 'service-worker']
const serverRooms = ['http', 'postgres', 'redis', 'jobs', 'sync', 'audit', 'ports', 'portal', 'one-time', 'config', 'module', 'platform']

const wall = (name, comment, sides) => ({ name, comment, severity: 'error', ...sides })

/** A room of the same name on the three floors: a feature sees its own room and the platform, never its neighbour. */
const features = [
  wall('client-feature-own-room', 'Pages compose features; a feature never reaches into another room.',
    { from: { path: '^client/features/([^/]+)/', pathNot: test },
      to: { path: '^client/', pathNot: ['^client/features/$1/', rooms('client', clientRooms)] } }),
  wall('client-feature-test-own-room', 'A test of a feature may add the testing room, not a neighbour.',
    { from: { path: `^client/features/([^/]+)/.*${test}` },
      to: { path: '^client/', pathNot: ['^client/features/$1/', rooms('client', [...clientRooms, 'testing'])] } }),
  wall('server-feature-own-room', 'needs.ts states what a feature wants, compose.ts gives it.',
    { from: { path: '^server/features/([^/]+)/', pathNot: test },
      to: { path: '^server/', pathNot: ['^server/features/$1/', rooms('server', serverRooms)] } }),
  wall('server-feature-test-own-room', 'A test of a feature may add the testing room, not a neighbour.',
    { from: { path: `^server/features/([^/]+)/.*${test}` },
      to: { path: '^server/', pathNot: ['^server/features/$1/', rooms('server', [...serverRooms, 'testing'])] } }),
  wall('client-features-meet-in-apps', 'Platform rooms know no feature; the apps are the front doors.',
    { from: { path: '^client/', pathNot: ['^client/(features|apps|testing)/'] },
      to: { path: '^client/features/' } }),
  wall('client-apps-are-ends', 'Nothing on the client imports an app.',
    { from: { path: '^client/', pathNot: ['^client/(apps|testing)/'] },
      to: { path: '^client/apps/' } }),
  wall('client-app-not-app', 'Three apps, three builds: what two need belongs to a room.',
    { from: { path: '^client/apps/([^/]+)/' },
      to: { path: '^client/apps/', pathNot: '^client/apps/$1/' } }),
  wall('server-features-meet-in-compose', 'Platform rooms know no feature.',
    { from: { path: '^server/', pathNot: ['^server/(compose\\.ts$|features/|testing/|demo-office/)'] },
      to: { path: '^server/features/' } }),
  wall('compose-only-from-main', 'One composition root, started in one place.',
    { from: { pathNot: ['^server/(main\\.ts$|testing/)', '^scripts/', '^server/compose\\.test\\.ts$'] },
      to: { path: '^server/compose\\.ts$' } })
]

const floors = [
  wall('shared-imports-zod-and-shared', 'shared/ runs on the phone, in the worker and on the server: no Node, no DOM, no other package.',
    { from: { path: '^shared/', pathNot: test },
      to: { pathNot: ['^shared/', packages('zod')], couldNotResolve: false } }),
  wall('shared-test-not-client-server', 'shared/ is tested without the other floors.',
    { from: { path: `^shared/.*${test}` },
      to: { path: '^(client|server|e2e|scripts)/' } }),
  wall('client-not-server', 'They meet in shared/ and on the wire.', { from: { path: '^client/' }, to: { path: '^server/' } }),
  wall('server-not-client', 'They meet in shared/ and on the wire.', { from: { path: '^server/' }, to: { path: '^client/' } }),
  wall('e2e-shared-only', 'Journeys see what a person sees; schemas from shared/ help to read answers.',
    { from: { path: '^e2e/' },
      to: { path: '^(client|server|scripts)/' } }),
  wall('nobody-imports-ends', 'scripts/ and e2e/ are run, not imported.',
    { from: { path: '^(shared|client|server)/' },
      to: { path: '^(scripts|e2e)/' } }),
  wall('testing-only-from-tests', 'What stands in for a real thing never reaches production.',
    { from: { pathNot: [test, testing, '^scripts/', '^e2e/', config] },
      to: { path: testing } }),
  wall('client-no-node', 'A browser has no Node modules.',
    { from: { path: '^client/', pathNot: [test, testing] },
      to: { dependencyTypes: ['core'] } })
]

const owners = [
  wall('local-store-owns-databases', 'rxdb and dexie stand behind client/local-store.',
    { from: { pathNot: ['^client/(local-store|testing)/'] },
      to: { path: packages('rxdb', 'dexie') } }),
  wall('worker-and-portal-without-rxdb', 'The service workers and the portal open the small outbox database only.',
    { from: { path: ['^client/service-worker/', '^client/apps/[^/]+/service-worker\\.ts$', '^client/apps/portal/'], pathNot: test },
      to: { path: packages('rxdb'), reachable: true } }),
  wall('http-owns-express', 'Features define routes with defineRoute; only server/http knows Express.',
    { from: { pathNot: ['^server/(http|portal)/', '^server/main\\.ts$'] },
      to: { path: packages('express', '@types/express') } }),
  wall('postgres-owns-pg', 'Every query runs in a transaction with a tenant: server/postgres gives it.',
    { from: { pathNot: ['^server/(postgres|testing|embedded)/', '^scripts/'] },
      to: { path: packages('pg', '@types/pg', 'pg-[^/]+') } }),
  wall('redis-owns-ioredis', 'Redis is never the only copy of a fact: two rooms know it.',
    { from: { pathNot: ['^server/(redis|jobs|testing)/', '^scripts/'] },
      to: { path: packages('ioredis', 'bullmq') } }),
  wall('production-without-dev-packages', 'An image is installed with --omit=dev.',
    { from: { path: '^server/', pathNot: [test, '^server/(embedded|testing)/'] },
      to: { dependencyTypes: ['npm-dev'], pathNot: packages('@types') } }),
  wall('packages-are-declared', 'A package is used only if package.json names it.',
    { from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } })
]

const knots = [
  wall('no-cycle', 'Modules that import each other, types included, cannot be understood or moved alone.', { from: {}, to: { circular: true } }),
  wall('not-to-unresolvable', 'An import that leads nowhere.', { from: {},
      to: { couldNotResolve: true, pathNot: ['^virtual:', '\\?(url|raw|inline|worker)$', '^vite/client$'] } })
]

module.exports = {
  forbidden: [...floors, ...features, ...owners, ...knots],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|test-results|\\.data)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'browser', 'default', 'types']
    }
  }
}
