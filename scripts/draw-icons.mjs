/** Draws the PNG icons of the field app from the one mark below. Run by hand after a change of the mark: `node scripts/draw-icons.mjs`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const PRIMARY = '#0B5D5E';
const OUT = fileURLToPath(new URL('../client/apps/field/public/icons/', import.meta.url));
const ADMIN_OUT = fileURLToPath(new URL('../client/apps/admin/public/', import.meta.url));

/** Two people meeting under one roof: contact (sampark). Drawn on a 96 x 96 field, in one colour. */
const MARK = `
  <path d="M18 47 48 22l30 25" fill="none" stroke="INK" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>
  <circle cx="36" cy="51" r="7" fill="INK"/><circle cx="60" cy="51" r="7" fill="INK"/>
  <path d="M23 76c0-9 6-14 13-14 5 0 9 2.5 12 7 3-4.5 7-7 12-7 7 0 13 5 13 14z" fill="INK"/>`;

/**
 * @param {{ scale: number, corner: number, ink: string, paper: string | null }} look `scale` of the mark within the
 * square (a maskable icon may lose its outer tenth), `corner` radius of 96, `paper` null for transparent.
 */
function drawing({ scale, corner, ink, paper }) {
  const inset = (96 - 96 * scale) / 2;
  const back = paper ? `<rect width="96" height="96" rx="${corner}" fill="${paper}"/>` : '';
  const mark = MARK.replaceAll('INK', ink);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">${back}<g transform="translate(${inset} ${inset}) scale(${scale})">${mark}</g></svg>`;
}

const rounded = drawing({ scale: 0.9, corner: 20, ink: '#FFFFFF', paper: PRIMARY });
const square = drawing({ scale: 0.72, corner: 0, ink: '#FFFFFF', paper: PRIMARY });
const badge = drawing({ scale: 1.15, corner: 0, ink: '#FFFFFF', paper: null });

const pictures = [
  ['icon-192.png', rounded, 192],
  ['icon-512.png', rounded, 512],
  ['icon-maskable-512.png', square, 512],
  ['apple-touch-180.png', square, 180],
  ['badge-96.png', badge, 96],
];

await mkdir(OUT, { recursive: true });
await mkdir(ADMIN_OUT, { recursive: true });
for (const [name, svg, size] of pictures) {
  const density = (72 * size) / 96;
  const png = await sharp(Buffer.from(svg), { density }).resize(size, size).png({ compressionLevel: 9, palette: true }).toBuffer();
  await writeFile(`${OUT}${name}`, png);
}
await writeFile(`${OUT}mark.svg`, `${rounded}\n`);
await writeFile(`${ADMIN_OUT}mark.svg`, `${rounded}\n`);
