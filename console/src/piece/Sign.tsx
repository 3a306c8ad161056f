import { useWords } from '../words';

const SHAPES = { good: '✓', bad: '✕', unsure: '?', plain: '–' } as const;
export type Tone = keyof typeof SHAPES;

/** A verdict or state: colour, shape and words together, so that none of them is needed alone. */
export function Sign({ tone, children, shape }: { tone: Tone; children: string; shape?: string }) {
  return (
    <span className={`sign ${tone}`}>
      <span aria-hidden="true">{shape ?? SHAPES[tone]}</span>
      {children}
    </span>
  );
}

const OUTCOMES: Record<string, Tone> = {
  delivered: 'good',
  allow: 'good',
  denied: 'bad',
  deny: 'bad',
  dropped: 'bad',
  rejected: 'bad',
  undetermined: 'unsure',
  mixed: 'unsure',
};

/** What became of a connection, or what a policy said. */
export function Outcome({ of }: { of: string }) {
  const words = useWords();
  const named = words.outcome as Record<string, string>;
  return <Sign tone={OUTCOMES[of] ?? 'plain'}>{named[of] ?? of}</Sign>;
}

const ISOLATION: Record<string, Tone> = {
  project: 'good',
  workspace: 'good',
  off: 'unsure',
  noWorkspace: 'plain',
  unknown: 'unsure',
};

/** Whether a project is isolated. */
export function Isolation({ of }: { of: string }) {
  const words = useWords();
  const named = words.isolation as Record<string, string>;
  return (
    <Sign tone={ISOLATION[of] ?? 'plain'} shape={of === 'off' ? '○' : undefined}>
      {named[of] ?? of}
    </Sign>
  );
}

const SEVERITIES: Record<string, Tone> = { error: 'bad', warning: 'unsure', note: 'plain' };
const MARKS: Record<string, string> = { error: '✕', warning: '!', note: 'i' };

/** How bad a finding is. */
export function Severity({ of }: { of: string }) {
  const words = useWords();
  return (
    <Sign tone={SEVERITIES[of] ?? 'plain'} shape={MARKS[of]}>
      {words.findings.levels[of] ?? of}
    </Sign>
  );
}
