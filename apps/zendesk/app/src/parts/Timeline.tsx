import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { Channel, Entry } from '../api/types';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Card } from './Card';
import { Icon, type IconName } from './Icon';

const LATEST = 6;
const LONG = 160;
const CHANNEL_ICONS: Record<Channel, IconName> = { email: 'email', sms: 'sms', whatsapp: 'whatsapp', web: 'web' };
const DELIVERY_ICONS: Record<NonNullable<Entry['delivery']>, IconName> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  failed: 'block',
};

/** One conversation over all channels, the latest entries first to the eye. */
export function Timeline({ entries }: { entries: Entry[] }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const now = useNow();
  const earlier = entries.length - LATEST;
  const shown = all ? entries : entries.slice(-LATEST);
  return (
    <Card title={t('timeline.title')} aside={<Channels entries={entries} />}>
      {entries.length === 0 && <p className="quiet">{t('timeline.empty')}</p>}
      {earlier > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('timeline.latest') : t('timeline.earlier', { count: earlier })}
        </Button>
      )}
      <ol className="timeline">
        {shown.map((entry) => (
          <Item key={entry.id} entry={entry} now={now} />
        ))}
      </ol>
    </Card>
  );
}

function Channels({ entries }: { entries: Entry[] }) {
  const { t } = useWords();
  const used = [...new Set(entries.map((entry) => entry.channel))];
  return (
    <span className="row quiet">
      {used.map((channel) => (
        <Icon key={channel} name={CHANNEL_ICONS[channel] ?? 'web'} className="icon-small" label={t(`channel.${channel}`)} />
      ))}
    </span>
  );
}

function Item({ entry, now }: { entry: Entry; now: Date }) {
  const { t, ago, moment } = useWords();
  const [whole, setWhole] = useState(false);
  const long = entry.text.length > LONG;
  return (
    <li className={`entry entry-${entry.role} ${entry.public ? '' : 'entry-internal'}`}>
      <span className="entry-mark" title={t(`channel.${entry.channel}`)}>
        <Icon name={CHANNEL_ICONS[entry.channel] ?? 'web'} className="icon-small" label={t(`channel.${entry.channel}`)} />
      </span>
      <div className="entry-body">
        <p className="entry-head">
          <strong>{entry.author || t(`timeline.role.${entry.role}`)}</strong>
          <time className="quiet" dateTime={entry.at} title={moment(entry.at)}>
            {ago(entry.at, now)}
          </time>
          {!entry.public && <Icon name="lock" className="icon-tiny" label={t('timeline.internal')} />}
          <Delivery delivery={entry.delivery} />
        </p>
        <p className={`entry-text ${long && !whole ? 'clamped' : ''}`}>{long && !whole ? entry.text.replace(/\s+/g, ' ') : entry.text}</p>
        {long && (
          <Button isLink size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {t(whole ? 'timeline.less' : 'timeline.more')}
          </Button>
        )}
        {entry.files?.map((file, place) => (
          <p key={place} className="entry-text quiet">
            {file}
          </p>
        ))}
      </div>
    </li>
  );
}

function Delivery({ delivery }: { delivery: Entry['delivery'] }) {
  const { t } = useWords();
  if (!delivery) return null;
  return (
    <span className={`delivery delivery-${delivery}`} title={t(`timeline.delivery.${delivery}`)}>
      <Icon name={DELIVERY_ICONS[delivery]} className="icon-small" label={t(`timeline.delivery.${delivery}`)} />
    </span>
  );
}
