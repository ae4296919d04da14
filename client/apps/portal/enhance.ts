/** The page works without this: with it, the report form also opens without a network. */
if ('serviceWorker' in navigator) void navigator.serviceWorker.register(new URL('report/service-worker.js', document.baseURI));
