/** `away`: no answer that says either; nothing is known of the bytes, and they must be asked about again. */
export type ScanVerdict = { readonly kind: 'clean' } | { readonly kind: 'found'; readonly name: string } | { readonly kind: 'away' }

export interface VirusScanner {
  scan(bytes: Uint8Array): Promise<ScanVerdict>
}
