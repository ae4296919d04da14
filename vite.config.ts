import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { build, defineConfig } from 'vite';
import type { Plugin, PluginOption, UserConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const APPS = ['field', 'portal', 'admin'] as const;
type AppName = (typeof APPS)[number];

/** Old WebViews are common on the phones of field workers and citizens; nothing newer than these is emitted. */
const BUILD_TARGET = ['es2020', 'chrome107'];
const OLD_WEBVIEW_CSS = 'chrome87';

/**
 * Leaner forms of what libraries bring along: Dexie as a module for the browsers we build for (its own entry is an ES5 bundle),
 * the browser's own BroadcastChannel, and small stand-ins for parts of RxDB and zod that never run here. Each says why.
 */
const LEAN_PARTS: readonly (readonly [RegExp, string])[] = [
  [/^dexie$/, './node_modules/dexie/dist/modern/dexie.mjs'],
  [/^broadcast-channel$/, './client/local-store/lean/native-broadcast-channel.ts'],
  [/^event-reduce-js$/, './client/local-store/lean/no-event-reduce.ts'],
  [/^\.\/incremental-write\.js$/, './client/local-store/lean/no-document-edit.ts'],
  [/^\.\.\/leader-election\/index\.js$/, './client/local-store/lean/no-leader-election.ts'],
  [/^\.\/rx-query\.js$/, './client/local-store/lean/no-document-query.ts'],
  [/^\.\/upstream\.js$/, './client/local-store/lean/no-upstream.ts'],
  [/^\.\/replication-helper\.js$/, './client/local-store/lean/pulled-documents.ts'],
  [/^\.\/(rx-document|rx-document-prototype-merge|doc-cache|query-cache)\.js$/, './client/local-store/lean/no-documents.ts'],
  [/^(\.\/rx-query-mingo\.js|mingo\/util)$/, './client/local-store/lean/plain-query.ts'],
  [/^\.\.?\/(core\/)?(json-schema-processors|to-json-schema)\.js$/, './client/device/schemas-without-json-schema.ts'],
];

/** Layers that every transaction of Dexie goes through and that do nothing here: the cache of live queries, which nobody asks, and hooks on writes, which nobody sets. */
const UNUSED_DEXIE_LAYERS = ['this.use(cacheMiddleware);', 'this.use(hooksMiddleware);'];

const pathFromHere = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

function chosenApp(): AppName {
  const name = process.env['SAMPARK_APP'];
  const app = APPS.find((candidate) => candidate === name);
  if (!app) throw new Error(`Set SAMPARK_APP to one of ${APPS.join(', ')}; it is ${name ?? 'not set'}.`);
  return app;
}

function leanParts(): Plugin {
  return {
    name: 'sampark:lean-parts',
    enforce: 'pre',
    config: () => ({ resolve: { conditions: ['es2015', 'module', 'browser', 'production'] } }),
    resolveId(id) {
      const lean = LEAN_PARTS.find(([pattern]) => pattern.test(id));
      return lean ? pathFromHere(lean[1]) : null;
    },
    transform(code, id) {
      if (!id.endsWith('/dexie/dist/modern/dexie.mjs')) return null;
      return UNUSED_DEXIE_LAYERS.reduce((left, layer) => {
        if (!left.includes(layer)) throw new Error(`Dexie has no "${layer}" any more: see UNUSED_DEXIE_LAYERS in vite.config.ts.`);
        return left.replace(layer, '');
      }, code);
    },
  };
}

/**
 * The field app's web manifest and precache. `id` is left out on purpose: it is resolved against the origin,
 * so a relative id would make the apps of all tenants of one host the same app; without it the id is `start_url`.
 */
function fieldWorker(): PluginOption {
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: '.',
    filename: 'service-worker.ts',
    injectRegister: false,
    registerType: 'prompt',
    includeManifestIcons: false,
    manifest: {
      name: 'Sampark Field',
      short_name: 'Sampark',
      description: 'Visits, people and grievances of your area, also without a network.',
      start_url: './',
      scope: './',
      display: 'standalone',
      theme_color: '#0B5D5E',
      background_color: '#FBFAF7',
      icons: [
        { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: 'icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
    injectManifest: {
      globPatterns: ['**/*.{html,js,css,webmanifest}', 'icons/icon-192.png', 'icons/badge-96.png'],
      maximumFileSizeToCacheInBytes: 300_000,
      target: BUILD_TARGET,
      buildPlugins: { vite: [leanParts()] },
    },
  });
}

/**
 * Builds the portal's service worker after the page scripts, as one classic script with a fixed name (a changing
 * name would leave the old worker in charge). It gets the names of the hashed files as `__PORTAL_ASSETS__`.
 */
function portalWorker(root: string, outDir: string): Plugin {
  return {
    name: 'sampark:portal-worker',
    apply: 'build',
    async writeBundle(_options, bundle) {
      const assets = Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort();
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        plugins: [leanParts()],
        define: { __PORTAL_ASSETS__: JSON.stringify(assets) },
        build: {
          outDir,
          emptyOutDir: false,
          target: BUILD_TARGET,
          modulePreload: false,
          rolldownOptions: {
            input: `${root}/service-worker.ts`,
            output: { format: 'iife', entryFileNames: 'report/service-worker.js', codeSplitting: false },
          },
        },
      });
    },
  };
}

/** Libraries that change seldom get files of their own, so that an update of ours leaves them in the cache. */
const VENDOR_GROUPS = [
  { name: 'runtime', test: /@oxc-project[+\\/]runtime/, priority: 16 },
  { name: 'zod', test: /node_modules[\\/]zod[\\/]|[\\/]schemas-without-eval\.ts/, priority: 14 },
  { name: 'rxdb', test: /node_modules[\\/](rxdb|rxjs|mingo|event-reduce-js|custom-idle-queue|oblivious-set)[\\/]/, priority: 13 },
  { name: 'dexie', test: /node_modules[\\/]dexie[\\/]/, priority: 15 },
  { name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router)[\\/]/, priority: 11 },
];

/**
 * What the field app loads at each start, in few files: dozens of small ones cost a slow phone more than their bytes. Each group
 * takes what its modules import as well, and leaves it to the groups after it no more.
 */
const FIELD_GROUPS = [
  { name: 'start', tags: ['$initial' as const], priority: 4 },
  { name: 'outbox', test: /[\\/](local-store[\\/]outbox|end-note|kept-marker|wake-signals|collection-names|line-policy|command-sink)\.ts$/, priority: 3 },
  { name: 'rules', test: /[\\/](sync-issue|canonical-json|command|sha256|access-policy|grievance-policy|grievance-photos|grievance|tracking-number|person)\.ts$/, priority: 2 },
  { name: 'copies', test: /desk[\\/]copies\.ts$/, priority: 1 },
];

function pluginsOf(app: AppName, root: string, outDir: string): PluginOption[] {
  if (app === 'portal') return [leanParts(), portalWorker(root, outDir)];
  return app === 'field' ? [leanParts(), vue(), fieldWorker()] : [leanParts(), vue()];
}

function inputOf(app: AppName, root: string): string | Record<string, string> {
  return app === 'portal' ? { enhance: `${root}/enhance.ts`, styles: `${root}/portal.css` } : `${root}/index.html`;
}

/** One app per build: `SAMPARK_APP=field|portal|admin npx vite build` writes `dist/<app>`, with relative addresses only. */
export default defineConfig((): UserConfig => {
  const app = chosenApp();
  const root = pathFromHere(`./client/apps/${app}`);
  const outDir = pathFromHere(`./dist/${app}`);
  return {
    root,
    base: './',
    cacheDir: pathFromHere(`./.cache/vite-${app}`),
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    plugins: pluginsOf(app, root, outDir),
    build: {
      outDir,
      emptyOutDir: true,
      target: BUILD_TARGET,
      cssTarget: OLD_WEBVIEW_CSS,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: app === 'portal' ? 'manifest.json' : false,
      rolldownOptions: {
        input: inputOf(app, root),
        output: { codeSplitting: { groups: app === 'field' ? [...VENDOR_GROUPS, ...FIELD_GROUPS] : VENDOR_GROUPS } },
      },
    },
  };
});
