import { type KeyboardEvent, type MouseEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { type Link, neighbours } from './parties';
import { isLit, nearest, partiesOf, type Sheet } from './sheet';

/** A picture that has to fit becomes no smaller: nobody could read it. */
const LEAST_FIT = 0.7;

interface Props {
  sheet: Sheet;
  label: string;
  links: Link[];
  /** Who was chosen, by place. */
  chosen: number | null;
  /** Who was searched for; null where nobody was. */
  found: Set<number> | null;
  /** How large it is: 1 as it was drawn, or as wide as there is room. */
  zoom: number | 'fit';
  choose: (party: number | null) => void;
}

/** The picture in the page: parties can be chosen, and what is theirs stands out. */
export function Drawing({ sheet, label, links, chosen, found, zoom, choose }: Props) {
  const host = useRef<HTMLElement>(null);
  useLayoutEffect(() => host.current?.replaceChildren(sheet.svg), [sheet]);
  useLayoutEffect(() => {
    const { svg, width, height } = sheet;
    const isFit = zoom === 'fit';
    svg.setAttribute('width', isFit ? '100%' : String(width * zoom));
    svg.style.minWidth = isFit ? `${width * LEAST_FIT}px` : '';
    svg.style.maxWidth = isFit ? `${width}px` : '';
    if (isFit) svg.removeAttribute('height');
    else svg.setAttribute('height', String(height * zoom));
  }, [sheet, zoom]);
  useEffect(() => {
    light(sheet.svg, links, chosen);
    sheet.svg.querySelector('.chosen')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [sheet, links, chosen]);
  useEffect(() => {
    for (const element of sheet.svg.querySelectorAll('[data-party]')) {
      element.classList.toggle('found', found !== null && partiesOf(element).some((party) => found.has(party)));
    }
    if (found?.size) sheet.svg.querySelector('.found')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [sheet, found]);

  const pick = (event: MouseEvent | KeyboardEvent) => {
    const element = (event.target as Element).closest('[data-party]');
    const party = element ? partiesOf(element)[0] : undefined;
    choose(party === undefined || party === chosen ? null : party);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      pick(event);
    } else if (event.key === 'Escape') {
      choose(null);
    } else {
      move(event, sheet.svg);
    }
  };
  return <section ref={host} className="drawing" aria-label={label} tabIndex={-1} onClick={pick} onKeyDown={press} />;
}

/** Goes to the party that an arrow key leads to. */
function move(event: KeyboardEvent, svg: SVGSVGElement) {
  const all = [...svg.querySelectorAll<SVGElement>('[data-party]')];
  const from = all.indexOf(event.target as SVGElement);
  const boxes = all.map((element) => element.getBoundingClientRect());
  const to = all[nearest(event.key, boxes, from) ?? -1];
  if (!to) return;
  event.preventDefault();
  for (const element of all) element.setAttribute('tabindex', element === to ? '0' : '-1');
  to.focus();
}

/** Shows who was chosen, whom they have something with, and the lines between. */
function light(svg: SVGSVGElement, links: Link[], chosen: number | null) {
  const others = chosen === null ? new Set<number>() : neighbours(links, chosen);
  svg.classList.toggle('p-choosing', chosen !== null);
  for (const element of svg.querySelectorAll('[data-party]')) {
    const parties = partiesOf(element);
    const isChosen = chosen !== null && parties.includes(chosen);
    element.classList.toggle('chosen', isChosen);
    element.classList.toggle('lit', isChosen || parties.some((party) => others.has(party)));
    element.setAttribute('aria-pressed', String(isChosen));
  }
  const endsOf = (tie: Element): [string, string] => [
    tie.getAttribute('data-from') ?? '',
    tie.getAttribute('data-to') ?? '',
  ];
  const ties = [...svg.querySelectorAll('[data-from]')];
  const isOwn = (end: string) => chosen !== null && end.split(' ').includes(String(chosen));
  const hubs = new Set(
    ties.flatMap((tie) => {
      const ends = endsOf(tie);
      return ends.some(isOwn) ? ends.filter((end) => end.startsWith('h')) : [];
    }),
  );
  for (const tie of ties) {
    tie.classList.toggle('lit', chosen !== null && isLit(endsOf(tie), chosen, others, hubs));
  }
  for (const hub of svg.querySelectorAll('[data-hub]')) {
    hub.classList.toggle('lit', hubs.has(hub.getAttribute('data-hub') ?? ''));
  }
}
