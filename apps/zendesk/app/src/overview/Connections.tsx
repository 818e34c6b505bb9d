import { useAround } from '../around';
import { useNow } from '../hooks/useNow';
import type { Tone } from '../parts/Chip';
import { useWords } from '../words';
import { plain } from './format';
import { Panel } from './Panel';
import { Row } from './QueueHealth';
import type { Sources } from './types';
import { useSection } from './useSection';

const REFRESH_MS = 30_000;
const NAMES: Record<string, string> = {
  zendesk: 'Zendesk',
  twilio: 'Twilio',
  sunshine: 'Zendesk messaging',
  slack: 'Slack',
};

/** Who sends us events, and when they were heard last. That nobody wrote is no fault: it is told, not judged. */
export function Connections() {
  const { t, ago, number } = useWords();
  const section = useSection<Sources>('sources', REFRESH_MS);
  const { session } = useAround();
  const now = useNow();
  return (
    <Panel title={t('overview.sources')} section={section}>
      {({ sources, passages }) => (
        <>
          <ul className="lines">
            {sources.map(({ name, connected, heard_at }) => {
              const [tone, words]: [Tone, string] = !connected
                ? ['grey', t('overview.sources.off')]
                : heard_at
                  ? ['green', t('overview.sources.heard')]
                  : ['yellow', t('overview.sources.never')];
              return (
                <Row key={name} name={NAMES[name] ?? plain(name)} standing={{ tone, words }}>
                  {heard_at ? t('overview.sources.last', { ago: ago(heard_at, now) }) : ''}
                </Row>
              );
            })}
            <Row
              name={t('overview.sources.articles')}
              standing={passages > 0 ? { tone: 'green', words: t('overview.well') } : { tone: 'red', words: t('overview.sources.empty') }}
            >
              {t('overview.sources.passages', { count: number(passages) })}
            </Row>
          </ul>
          {session.role !== 'admin' && <p className="quiet">{t('overview.sources.doctor')}</p>}
        </>
      )}
    </Panel>
  );
}
