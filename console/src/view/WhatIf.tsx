import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Forms } from '../api/client';
import { ChangeDialog } from '../piece/ChangeDialog';
import { Page } from '../piece/Page';
import { useWords } from '../words';

/** Objects to begin with, so that nobody starts in front of an empty box. */
const FIRST = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;

/** Changed objects on top of the cluster: what would they do? */
export function WhatIfView() {
  const words = useWords();
  const [text, setText] = useState(FIRST);
  const [change, setChange] = useState<Forms['ChangeRequest'] | null>(null);
  return (
    <Page title={words.nav.whatIf} about={words.whatIf.about}>
      <section className="card stack">
        <label htmlFor="objects">
          {words.whatIf.yaml} <span className="muted">{words.whatIf.yamlHelp}</span>
        </label>
        <textarea
          id="objects"
          className="code"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="row end">
          <Button disabled={!text.trim()} onClick={() => setChange({ yaml: text })}>
            {words.whatIf.try}
          </Button>
        </div>
      </section>
      <ChangeDialog title={words.change.title} change={change} close={() => setChange(null)} />
    </Page>
  );
}
