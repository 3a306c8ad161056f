/** No side of a picture may have more pixels: browsers draw no larger ones. */
const LARGEST_SIDE = 16_000;
/** No picture may have more. */
const LARGEST_AREA = 120_000_000;

/** How many pixels of an image stand for one of the picture: two, or fewer where that is more than a browser draws. */
export function scaleOf(width: number, height: number): number {
  const bySide = LARGEST_SIDE / Math.max(width, height);
  const byArea = Math.sqrt(LARGEST_AREA / (width * height));
  return Math.min(2, bySide, byArea);
}

/** An SVG as the browser draws it, as a PNG. */
export async function png(svg: string): Promise<Blob> {
  const image = new Image();
  // The page may load images of its own and from data, and nothing else.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = scaleOf(image.naturalWidth, image.naturalHeight);
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(image.naturalWidth * scale);
  canvas.height = Math.floor(image.naturalHeight * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the browser draws no picture of this size');
  return blob;
}
