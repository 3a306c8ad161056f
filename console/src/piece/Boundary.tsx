import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { get } from '../api/client';
import { useSpeech } from '../words';

interface Props {
  children: ReactNode;
}

/** What is left where a view cannot be loaded or drawn: the parts of a newer console have other names, and without a session there are none. */
export class Boundary extends Component<Props, { isBroken: boolean }> {
  state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  componentDidCatch() {
    // Whether that is for want of a session, another question shows.
    get('/version', 'en').catch(() => undefined);
  }

  render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { words } = useSpeech();
  return (
    <div className="page stack" role="alert">
      <strong>{words.all.failed}</strong>
      <div>
        <Button onClick={() => window.location.reload()}>{words.all.retry}</Button>
      </div>
    </div>
  );
}
