import '../css/story.css';
import { Button } from '@zendeskgarden/react-buttons';
import { Field, Select } from '@zendeskgarden/react-forms';
import { useState } from 'react';
import type { Elsewhere, OtherConversation, OutreachSent, TranslatedMessage } from '../api/beside';
import type { Channel, Entry } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import type { Found } from '../hooks/useFound';
import { useNow } from '../hooks/useNow';
import { channelsOf, type Filter, filtered, type Moment, storyOf } from '../story';
import { useWords } from '../words';
import { Problem } from './Beside';
import { Fold } from './Card';
import { Chip } from './Chip';
import { Icon, type IconName } from './Icon';
import { Refused } from './states';
import { ThreadReading } from './ThreadReading';

const LATEST = 6;
const LONG = 160;
const CALM = 0.2;
const CHANNEL_ICONS: Record<Channel, IconName> = {
  email: 'email', sms: 'sms', whatsapp: 'whatsapp', web: 'globe', chat: 'web', messenger: 'web', instagram: 'web',
  voice: 'voice',
};
const DELIVERY_ICONS: Record<NonNullable<Entry['delivery']>, IconName> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  failed: 'block',
};
const FILTERS = ['all', 'here', 'customer', 'ours', 'notes', 'outreach'] as const;

interface TimelineProps {
  ticketId: string;
  entries: Entry[];
  elsewhere: Found<Elsewhere>;
  /** When this agent last looked; what is newer is marked. */
  lastLook: string | null;
}

/** One story over all channels and tickets, the latest first to the eye. */
export function Timeline({ ticketId, entries, elsewhere, lastLook }: TimelineProps) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const [filter, setFilter] = useState<Filter>('all');
  const [translated, setTranslated] = useState<TranslatedMessage[] | null>(null);
  const story = storyOf(entries, elsewhere.found);
  const wanted = filtered(story, filter);
  const earlier = wanted.length - LATEST;
  const shown = all ? wanted : wanted.slice(-LATEST);
  return (
    <Fold keep title={t('timeline.title')} aside={<Newest entries={entries} lastLook={lastLook} story={story} />}>
      {story.length > 1 && <Choose story={story} filter={filter} onChoose={setFilter} />}
      {entries.length > 0 && (
        <ThreadReading ticketId={ticketId} translated={translated} onTranslated={setTranslated} />
      )}
      {elsewhere.problem && <Problem problem={elsewhere.problem} again={elsewhere.again} />}
      {wanted.length === 0 && <p className="quiet">{t(story.length === 0 ? 'timeline.empty' : 'timeline.none')}</p>}
      {earlier > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('timeline.latest') : t('timeline.earlier', { count: earlier })}
        </Button>
      )}
      <Story moments={shown} moods={elsewhere.found?.moods ?? {}} lastLook={lastLook} translated={translated ?? []} />
    </Fold>
  );
}

function Choose({ story, filter, onChoose }: { story: Moment[]; filter: Filter; onChoose: (filter: Filter) => void }) {
  const { t } = useWords();
  const channels = channelsOf(story);
  return (
    <Field className="story-filter">
      <Field.Label hidden>{t('timeline.filter')}</Field.Label>
      <Select isCompact value={filter} onChange={(event) => onChoose(event.target.value as Filter)}>
        {FILTERS.filter((each) => each === 'all' || filtered(story, each).length > 0).map((each) => (
          <option key={each} value={each}>
            {t(`timeline.filter.${each}`)}
          </option>
        ))}
        {channels.length > 1 &&
          channels.map((channel) => (
            <option key={channel} value={channel}>
              {t(`channel.${channel}`)}
            </option>
          ))}
      </Select>
    </Field>
  );
}

/** What came since this agent last looked, else who spoke last; and over which channels. */
function Newest({ entries, lastLook, story }: { entries: Entry[]; lastLook: string | null; story: Moment[] }) {
  const { t, ago } = useWords();
  const now = useNow();
  const fresh = lastLook === null ? 0 : entries.filter(({ at }) => Date.parse(at) > Date.parse(lastLook)).length;
  const last = entries.at(-1);
  const spoke = last && `${last.author || t(`timeline.role.${last.role}`)}, ${ago(last.at, now)}`;
  return (
    <>
      <span className="quiet">{fresh > 0 ? t('timeline.new', { count: fresh }) : spoke}</span>
      <Channels story={story} />
    </>
  );
}

function Channels({ story }: { story: Moment[] }) {
  const { t } = useWords();
  return (
    <span className="row quiet channels">
      {channelsOf(story).map((channel) => (
        <Icon key={channel} name={CHANNEL_ICONS[channel] ?? 'web'} className="icon-small" label={t(`channel.${channel}`)} />
      ))}
    </span>
  );
}

interface StoryProps {
  moments: Moment[];
  moods: Record<string, number>;
  lastLook: string | null;
  translated?: TranslatedMessage[];
}

function Story({ moments, moods, lastLook, translated = [] }: StoryProps) {
  const { t } = useWords();
  const now = useNow();
  const fresh = lastLook === null ? -1 : moments.findIndex(({ at, kind }) => kind === 'entry' && Date.parse(at) > Date.parse(lastLook));
  return (
    <ol className="timeline">
      {moments.map((moment, place) => (
        <li key={moment.id} className={classOf(moment)}>
          {place === fresh && <span className="story-fresh">{t('timeline.fresh')}</span>}
          {moment.kind === 'entry' && (
            <Item
              entry={moment.entry}
              mood={moods[moment.id]}
              now={now}
              translated={translated.find(({ message }) => message === moment.entry.id)}
            />
          )}
          {moment.kind === 'outreach' && <Sent outreach={moment.outreach} now={now} />}
          {moment.kind === 'other' && <Other other={moment.other} now={now} />}
        </li>
      ))}
    </ol>
  );
}

function classOf(moment: Moment): string {
  if (moment.kind !== 'entry') return `entry story-${moment.kind}`;
  return `entry entry-${moment.entry.role} ${moment.entry.public ? '' : 'entry-internal'}`;
}

interface ItemProps {
  entry: Entry;
  mood?: number;
  now: Date;
  translated?: TranslatedMessage;
}

function Item({ entry, mood, now, translated }: ItemProps) {
  const { t } = useWords();
  return (
    <>
      <Mark channel={entry.channel} />
      <div className="entry-body">
        <p className="entry-head">
          <strong>{entry.author || t(`timeline.role.${entry.role}`)}</strong>
          <When at={entry.at} now={now} />
          {!entry.public && <Icon name="lock" className="icon-tiny" label={t('timeline.internal')} />}
          <Mood mood={mood} />
          <Delivery delivery={entry.delivery} />
        </p>
        {entry.instruction && (
          <div className="chips">
            <Chip tone="blue" text={t('timeline.instruction')} small />
          </div>
        )}
        {translated ? <Translated original={entry.text} translated={translated} /> : <Words text={entry.text} />}
        {entry.files?.map((file, place) => (
          <p key={place} className="entry-text quiet">
            {file}
          </p>
        ))}
      </div>
    </>
  );
}

/** The message in the agent's language; the original is one click away, and is what counts. */
function Translated({ original, translated }: { original: string; translated: TranslatedMessage }) {
  const { t } = useWords();
  const [asWritten, setAsWritten] = useState(false);
  return (
    <>
      <Words text={asWritten ? original : translated.text} />
      {translated.differs && <p className="differ">{t('thread.differs', { what: translated.differs })}</p>}
      {original !== translated.text && (
        <Button isLink size="small" aria-pressed={asWritten} onClick={() => setAsWritten(!asWritten)}>
          {t(asWritten ? 'thread.translation' : 'thread.original')}
        </Button>
      )}
    </>
  );
}

/** How a message was felt, where it was not calm. */
function Mood({ mood }: { mood?: number }) {
  const { t, number } = useWords();
  if (mood === undefined || Math.abs(mood) < CALM) return null;
  const feeling = mood < 0 ? 'negative' : 'positive';
  const label = t('timeline.mood', { value: t(`need.sentiment.${feeling}`), number: number(mood) });
  return (
    <span className={`story-mood story-${feeling}`} title={label}>
      <Icon name={feeling} className="icon-small" label={label} />
    </span>
  );
}

function Sent({ outreach, now }: { outreach: OutreachSent; now: Date }) {
  const { t } = useWords();
  return (
    <>
      <Mark channel={outreach.channel} />
      <div className="entry-body">
        <p className="entry-head">
          <strong>{t('timeline.outreach')}</strong>
          <When at={outreach.at} now={now} />
          <Delivery delivery={outreach.delivery} />
        </p>
        <Words text={outreach.text} />
      </div>
    </>
  );
}

/** Another conversation of the same customer, in one line until somebody opens it. */
function Other({ other, now }: { other: OtherConversation; now: Date }) {
  const { t } = useWords();
  const { host } = useAround();
  const [open, setOpen] = useState(false);
  const opening = useAct();
  const { ticket } = other;
  return (
    <>
      <Mark channel={other.channel} />
      <div className="entry-body">
        <p className="entry-head">
          <strong>{other.subject || t('timeline.other')}</strong>
          <When at={other.at} now={now} />
        </p>
        <div className="row">
          <Chip tone={other.status === 'open' ? 'yellow' : 'grey'} text={t(`timeline.other.${other.status}`)} small />
          <Button isLink size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('timeline.other.fold') : t('timeline.other.unfold', { count: other.entries.length })}
          </Button>
          {ticket && (
            <Button isLink size="small" onClick={() => void opening.run(() => host.openTicket(ticket))}>
              {t('similar.open', { number: ticket })}
            </Button>
          )}
        </div>
        <Refused problem={opening.problem} />
        {open && <Story moments={storyOf(other.entries, null)} moods={{}} lastLook={null} />}
      </div>
    </>
  );
}

function Mark({ channel }: { channel: Channel }) {
  const { t } = useWords();
  return (
    <span className="entry-mark" title={t(`channel.${channel}`)}>
      <Icon name={CHANNEL_ICONS[channel] ?? 'web'} className="icon-small" label={t(`channel.${channel}`)} />
    </span>
  );
}

function When({ at, now }: { at: string; now: Date }) {
  const { ago, moment } = useWords();
  return (
    <time className="quiet" dateTime={at} title={moment(at)}>
      {ago(at, now)}
    </time>
  );
}

function Words({ text }: { text: string }) {
  const { t } = useWords();
  const [whole, setWhole] = useState(false);
  const long = text.length > LONG;
  return (
    <>
      <p className={`entry-text ${long && !whole ? 'clamped' : ''}`}>{long && !whole ? text.replace(/\s+/g, ' ') : text}</p>
      {long && (
        <Button isLink size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'timeline.less' : 'timeline.more')}
        </Button>
      )}
    </>
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
