import { Button } from '@zendeskgarden/react-buttons';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Panel } from './Panel';
import type { Parked, ParkedMessage } from './types';
import { useSection } from './useSection';

const REFRESH_MS = 30_000;

/** What did not reach a customer and no machine may send again; the card is there only while something is. */
export function ParkedMessages() {
  const { t } = useWords();
  const { api } = useAround();
  const section = useSection<Parked>('parked', REFRESH_MS);
  if (!section.found || section.found.parked.length === 0) return null;
  return (
    <Panel title={t('overview.parked')} section={section}>
      {({ parked }) => (
        <ul className="parked">
          {parked.map((message) => (
            <Message
              key={message.id}
              message={message}
              settle={async (wish) => {
                await api.settleParked(message.id, wish);
                section.again();
              }}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Message({ message, settle }: { message: ParkedMessage; settle: (wish: 'send' | 'dismiss') => Promise<void> }) {
  const { t, ago } = useWords();
  const { busy, problem, run } = useAct();
  const now = useNow(30_000);
  const who = message.who || message.to;
  return (
    <li>
      <p>
        <strong dir="auto">{who}</strong>{' '}
        <span className="quiet">
          {t(`channel.${message.channel}`)} · {ago(message.since, now)}
          {message.ticket && ` · ${t('overview.parked.ticket', { ticket: message.ticket })}`}
        </span>
      </p>
      <blockquote dir="auto">{message.text}</blockquote>
      <p className="quiet" dir="auto">
        {message.why}
      </p>
      {message.unclear && <p>{t('overview.parked.unclear')}</p>}
      {problem && (
        <p className="refused" role="alert">
          {t(`problem.${problem.code}.title`)}
        </p>
      )}
      <div className="row">
        <Button
          size="small"
          isPrimary
          disabled={busy}
          aria-label={t('overview.parked.send.to', { who })}
          onClick={() => void run(() => settle('send'))}
        >
          {t('overview.parked.send')}
        </Button>
        <Button size="small" disabled={busy} aria-label={t('overview.parked.dismiss.to', { who })} onClick={() => void run(() => settle('dismiss'))}>
          {t('overview.parked.dismiss')}
        </Button>
      </div>
    </li>
  );
}
