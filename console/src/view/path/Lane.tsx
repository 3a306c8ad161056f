import type { Forms } from '../../api/client';
import { Outcome } from '../../piece/Sign';
import { fill, useWords } from '../../words';
import { endpoint, rewritten, type Stop, stops } from './lane';

type Route = Forms['RouteForm'];
type Hop = Forms['HopForm'];

/** The way of a packet, place by place. */
export function Lane({ route }: { route: Route }) {
  const words = useWords();
  const all = stops(route);
  return (
    <section className="lane" tabIndex={0} aria-label={words.nav.path}>
      {all.map((stop, at) => (
        <Piece key={at} stop={stop} isLast={at === all.length - 1} route={route} />
      ))}
    </section>
  );
}

function Piece({ stop, isLast, route }: { stop: Stop; isLast: boolean; route: Route }) {
  return (
    <>
      <article className={`hop ${stop.verdict ?? ''}`}>
        <header>
          <PlaceName place={stop.place} />
        </header>
        <ol>
          {stop.steps.map((hop, at) => (
            <Step key={at} hop={hop} />
          ))}
          {isLast && (
            <li>
              <Outcome of={route.outcome} />
            </li>
          )}
        </ol>
      </article>
      {stop.onward && <Arrow onward={stop.onward} />}
    </>
  );
}

function PlaceName({ place }: { place: string }) {
  const words = useWords();
  if (place === 'outside') return <>{words.path.client}</>;
  if (place === 'loadBalancer') return <>{words.path.loadBalancer}</>;
  return <>{place}</>;
}

function Step({ hop }: { hop: Hop }) {
  const words = useWords();
  const changed = rewritten(hop);
  const isPolicy = hop.step === 'policy';
  return (
    <li>
      <div>
        {isPolicy && hop.verdict ? (
          <span className="row">
            {`${words.path.step.policy} ${hop.direction ?? ''}`}
            <Outcome of={hop.verdict} />
          </span>
        ) : (
          (words.path.step[hop.step] ?? hop.step)
        )}
      </div>
      {hop.service && <div className="muted">service/{hop.service}</div>}
      {hop.object && (
        <div className="muted">
          {hop.objectKind} {hop.object}
        </div>
      )}
      {changed.source && (
        <span className="packet">
          {hop.before.source ?? '?'} ⇒ <mark>{hop.after.source ?? '?'}</mark>
        </span>
      )}
      {changed.destination && (
        <span className="packet">
          {endpoint(hop.before.destination, hop.before.port)} ⇒{' '}
          <mark>{endpoint(hop.after.destination, hop.after.port)}</mark>
        </span>
      )}
      {isPolicy && (
        <span className="packet">
          {hop.before.source ?? '?'} → {endpoint(hop.before.destination, hop.before.port)}
        </span>
      )}
    </li>
  );
}

function Arrow({ onward }: { onward: NonNullable<Stop['onward']> }) {
  const words = useWords();
  const { packet, tunnel } = onward;
  const text = `${packet.source ?? '?'} → ${endpoint(packet.destination, packet.port)}`;
  return (
    <div className="arrow" title={text}>
      {tunnel && <span>{fill(words.path.tunnel, { tunnel })}</span>}
      <svg viewBox="0 0 52 12" role="img" aria-label={text}>
        <path
          d={tunnel ? 'M2 4h42M2 8h42' : 'M2 6h42'}
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray={tunnel ? '4 3' : undefined}
          fill="none"
        />
        <path d="M43 1l8 5-8 5z" fill="currentColor" />
      </svg>
      <span>{packet.protocol}</span>
    </div>
  );
}
