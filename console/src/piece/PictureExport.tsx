import { Button, useComputedColorScheme } from '@mantine/core';
import { useState } from 'react';
import { picture } from '../api/client';
import { useSpeech } from '../words';
import { Refused } from './Answer';
import { download } from './download';
import { png } from './picture';

interface Props {
  /** Where the picture is, with its question and without a theme. */
  path: string;
  /** The name of the file, without its end. */
  name: string;
}

/** Takes a picture away, as SVG or as PNG, in the language and on the ground of the page. */
export function PictureExport({ path, name }: Props) {
  const { language, words } = useSpeech();
  const theme = useComputedColorScheme('light');
  const [failed, setFailed] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const take = async (kind: 'svg' | 'png') => {
    setBusy(true);
    setFailed(null);
    try {
      const { svg } = await picture(`${path}${path.includes('?') ? '&' : '?'}theme=${theme}`, language);
      if (kind === 'svg') download(`${name}.svg`, svg, 'image/svg+xml');
      else download(`${name}.png`, await png(svg), 'image/png');
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  return (
    <>
      {(['svg', 'png'] as const).map((kind) => (
        <Button
          key={kind}
          variant="default"
          size="compact-sm"
          disabled={isBusy}
          aria-label={words.all[kind]}
          onClick={() => void take(kind)}
        >
          {kind.toUpperCase()}
        </Button>
      ))}
      {failed !== null && <Refused error={failed} />}
    </>
  );
}
