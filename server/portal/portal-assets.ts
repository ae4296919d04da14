import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StaticMount } from '../http/static-files.ts'

/** What the build of client/apps/portal left for the pages. Addresses are relative to the portal's root. */
export interface PortalAssets {
  /** Inlined into every page; '' where the portal was not built: the pages work without it. */
  readonly css: string
  readonly styleFile: string | null
  readonly scriptFile: string | null
  readonly mounts: readonly StaticMount[]
}

type Manifest = Record<string, { file: string } | undefined>

/** Reads the build in `folder` once, at start. */
export function readPortalAssets(folder: string): PortalAssets {
  const manifestFile = join(folder, 'manifest.json')
  if (!existsSync(manifestFile)) return { css: '', styleFile: null, scriptFile: null, mounts: [] }
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest
  const styleFile = manifest['portal.css']?.file ?? null
  return {
    css: styleFile ? readFileSync(join(folder, styleFile), 'utf8').trim() : '',
    styleFile,
    scriptFile: manifest['enhance.ts']?.file ?? null,
    mounts: [{ mount: '', folder, singlePage: false }]
  }
}
