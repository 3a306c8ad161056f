/** The picture as it stands in the page, and what it says of parties. */
export interface Sheet {
  svg: SVGSVGElement;
  width: number;
  height: number;
  /** What the picture says of a party, by its place. */
  texts: Map<number, string>;
}

/** The parties that an element of the picture is about. */
export const partiesOf = (element: Element): number[] =>
  (element.getAttribute('data-party') ?? '').split(' ').filter(Boolean).map(Number);

/** Reads a picture. Its parties become buttons, of which one is in the order of tabs. */
export function readSheet(text: string): Sheet | null {
  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  if (root.tagName !== 'svg') return null;
  const svg = document.importNode(root, true) as unknown as SVGSVGElement;
  // What is inside an image is nothing for those who do not see it.
  svg.setAttribute('role', 'group');
  const texts = new Map<number, string>();
  for (const element of svg.querySelectorAll('[data-party]')) {
    const said = [...element.querySelectorAll('text.p-head, text.p-name')].map((line) => line.textContent).join(', ');
    for (const party of partiesOf(element)) texts.set(party, said);
    // A name that is heard is the one that is seen.
    const lines = [...element.querySelectorAll('text')];
    for (const line of lines) line.after(' ');
    const seen = lines.map((line) => line.textContent).join(' ');
    element.setAttribute('role', 'button');
    element.setAttribute('tabindex', '-1');
    element.setAttribute('aria-label', seen);
  }
  svg.querySelector('[data-party]')?.setAttribute('tabindex', '0');
  return { svg, width: Number(svg.getAttribute('width')), height: Number(svg.getAttribute('height')), texts };
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const WAYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Which of some boxes an arrow key leads to from one of them: the nearest in that direction; what lies aside counts double. */
export function nearest(key: string, boxes: Box[], from: number): number | null {
  const way = WAYS[key];
  const here = boxes[from];
  if (!way || !here) return null;
  const middle = (box: Box) => [box.left + box.width / 2, box.top + box.height / 2] as const;
  const [x, y] = middle(here);
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, box] of boxes.entries()) {
    const [across, down] = [middle(box)[0] - x, middle(box)[1] - y];
    const along = across * way[0] + down * way[1];
    const aside = Math.abs(across * way[1]) + Math.abs(down * way[0]);
    const distance = along + 2 * aside;
    if (at !== from && along > 1 && distance < least) [best, least] = [at, distance];
  }
  return best;
}

/** Whether a line of the picture is about a party: one end is its own or its hub, the other somebody it has something with. */
export function isLit(ends: [string, string], own: number, others: Set<number>, hubs: Set<string>): boolean {
  const parties = ends.map((end) => (end.startsWith('h') ? null : end.split(' ').filter(Boolean).map(Number)));
  const [from, to] = parties;
  const isOwn = (end: number[]) => end.includes(own);
  const isOther = (end: number[]) => end.some((party) => others.has(party));
  if (from && to) return (isOwn(from) && isOther(to)) || (isOwn(to) && isOther(from));
  const [hub, end] = from ? [ends[1], from] : [ends[0], to];
  return end !== null && end !== undefined && hubs.has(hub) && (isOwn(end) || isOther(end));
}
