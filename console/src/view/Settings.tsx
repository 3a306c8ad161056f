import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useVersion } from '../api/use';
import { Answer } from '../piece/Answer';
import { Page } from '../piece/Page';
import { type Language, useSpeech, useWords } from '../words';

export function SettingsView() {
  const words = useWords();
  const { language, choose } = useSpeech();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const version = useVersion();
  return (
    <Page title={words.nav.settings} about={words.settings.about}>
      <div className="stack">
        <section className="card form">
          <div>
            <div id="language">{words.all.language}</div>
            <SegmentedControl
              aria-labelledby="language"
              value={language}
              onChange={(value) => choose(value as Language)}
              data={[
                { value: 'en', label: 'English' },
                { value: 'zh', label: '中文' },
              ]}
            />
          </div>
          <div>
            <div id="scheme">{words.all.scheme}</div>
            <SegmentedControl
              aria-labelledby="scheme"
              value={colorScheme}
              onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
              data={[
                { value: 'auto', label: words.all.auto },
                { value: 'light', label: words.all.light },
                { value: 'dark', label: words.all.dark },
              ]}
            />
          </div>
        </section>
        <Answer of={version}>
          {(answer) => (
            <section className="card">
              <table className="data">
                <tbody>
                  <Row name={words.settings.version} value={`Bulkhead ${answer.version}`} />
                  <Row name={words.settings.cluster} value={answer.name} />
                  <Row name={words.settings.source} value={words.settings.sources[answer.source] ?? answer.source} />
                  <Row name={words.settings.state} value={answer.state} />
                  <Row name={words.settings.licence} value="Apache-2.0" />
                  <Row name={words.settings.apiDocument} value="/api/v1alpha1, bulkhead serve --openapi" />
                </tbody>
              </table>
            </section>
          )}
        </Answer>
      </div>
    </Page>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="mono">{value}</td>
    </tr>
  );
}
