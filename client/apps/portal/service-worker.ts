declare const self: ServiceWorkerGlobalScope;
/** Names of the hashed files of this build, relative to the portal's root; filled in by vite.config.ts. */
declare const __PORTAL_ASSETS__: readonly string[];

const CACHE = 'sampark-portal-assets';

self.addEventListener('install', (event) => {
  const addresses = __PORTAL_ASSETS__.map((name) => new URL(`../${name}`, self.location.href).href);
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(addresses)));
});

export {};
