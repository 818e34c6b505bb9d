import '../css/profile.css';
import { Button } from '@zendeskgarden/react-buttons';
import { Field, Input, Select } from '@zendeskgarden/react-forms';
import { type FormEvent, useState } from 'react';
import type { Fact, FactSource, KnownFact, Proved, SourceAsked } from '../api/profile';
import { useNow } from '../hooks/useNow';
import type { ProfileDesk } from '../hooks/useProfile';
import { type Key, useWords } from '../words';
import { Problem } from './Beside';
import { Card, Fold } from './Card';
import { Chip } from './Chip';
import { SamePeople } from './SamePeople';
import { Refused } from './states';

const SHOWN = 5;
const IN_TITLE = 2;
/** What may be written, each with its word; other systems name their facts as they like. */
const FACTS: Record<string, Key> = {
  preferred_channel: 'profile.fact.preferred_channel',
  language: 'profile.fact.language',
  quiet_hours: 'profile.fact.quiet_hours',
  device: 'profile.fact.device',
  error_code: 'profile.fact.error_code',
  order: 'profile.fact.order',
  app_version: 'profile.fact.app_version',
  tier: 'profile.fact.tier',
  region: 'profile.fact.region',
  plan: 'profile.fact.plan',
  company: 'profile.fact.company',
  contact_name: 'profile.fact.contact_name',
  accessibility: 'profile.fact.accessibility',
  address: 'profile.fact.address',
  notes: 'profile.fact.notes',
};
const CHOICES: Record<string, string[]> = {
  preferred_channel: ['email', 'sms', 'whatsapp', 'chat', 'voice'],
  language: ['en', 'de', 'es', 'fr', 'pt', 'ja'],
};

/** What is known of the customer, who says so and since when; the agent corrects it. `handed`: the handoff tells what proves them. */
export function Profile({ desk, handed }: { desk: ProfileDesk; handed: boolean }) {
  const { t, moment } = useWords();
  const [all, setAll] = useState(false);
  const [editing, setEditing] = useState<string | null>(null);
  const { found, problem, again } = desk.profile;
  if (!found) return problem ? <Card title={t('profile.title')}><Problem problem={problem} again={again} /></Card> : null;
  const facts = sorted(found.facts);
  const more = facts.length - SHOWN;
  const save = async (name: string, value: string) => {
    if (await desk.change({ act: 'facts', name, value })) setEditing(null);
  };
  return (
    <Fold
      keep
      title={t('profile.title')}
      open={found.proposals.length > 0}
      aside={
        (found.proved.by && !handed) || found.proved.waiting ? (
          <ProvedChip proved={found.proved} />
        ) : (
          <span className="quiet">{facts.slice(0, IN_TITLE).map(({ value }) => value).filter(Boolean).join(', ')}</span>
        )
      }
    >
      {found.proved.until && <p className="quiet">{t('profile.proved.until', { at: moment(found.proved.until) })}</p>}
      <SamePeople profile={found} act={desk.act} change={desk.change} />
      <dl className="profile">
        {(all ? facts : facts.slice(0, SHOWN)).map((fact) =>
          editing === fact.name ? (
            <Editing key={fact.name} fact={fact} busy={desk.act.busy} onSave={save} onCancel={() => setEditing(null)} />
          ) : (
            <OneFact key={fact.name} fact={fact} onEdit={fact.name in FACTS ? () => setEditing(fact.name) : null} />
          ),
        )}
      </dl>
      {editing === '' && <Edit name="" value="" busy={desk.act.busy} onSave={save} onCancel={() => setEditing(null)} />}
      <Refused problem={desk.act.problem} />
      <Away asked={found.asked} />
      <div className="row">
        {more > 0 && (
          <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('profile.fewer') : t('profile.more', { count: more })}
          </Button>
        )}
        {editing === null && (
          <Button isLink size="small" onClick={() => setEditing('')}>
            {t('profile.add')}
          </Button>
        )}
      </div>
    </Fold>
  );
}

/** Conflicts first, then what people said and wrote, then what systems know. */
function sorted(facts: KnownFact[]): KnownFact[] {
  const first = (fact: KnownFact) => (fact.others.length ? 0 : fact.source === 'said' || fact.source === 'agent' ? 1 : 2);
  return [...facts].sort((a, b) => first(a) - first(b));
}

function OneFact({ fact, onEdit }: { fact: KnownFact; onEdit: (() => void) | null }) {
  const { t } = useWords();
  const label = useLabel(fact);
  return (
    <div className="profile-fact">
      <dt>{label}</dt>
      <dd>
        <span className="profile-value">
          {fact.value || t('profile.gone', { who: fact.by })}
          {onEdit && (
            <Button isLink size="small" className="profile-edit" aria-label={t('profile.edit', { name: label })} onClick={onEdit}>
              ✎
            </Button>
          )}
        </span>
        <Origin fact={fact} />
        {fact.others.map((other) => (
          <span className="profile-other" key={other.source}>
            {t('profile.says', { source: t(sourceKey(other.source)), value: other.value })}
          </span>
        ))}
      </dd>
    </div>
  );
}

function Origin({ fact }: { fact: Fact }) {
  const { t, ago, moment } = useWords();
  const now = useNow();
  const source = t(sourceKey(fact.source));
  const who = fact.source === 'agent' && fact.by ? fact.by : source;
  const said = t('profile.from', { source: who, ago: ago(fact.at, now) });
  return (
    <span className="profile-origin" title={moment(fact.at)}>
      {said}
    </span>
  );
}

interface EditProps {
  name: string;
  value: string;
  busy: boolean;
  onSave: (name: string, value: string) => Promise<void>;
  onCancel: () => void;
}

function Editing({ fact, ...rest }: { fact: KnownFact } & Omit<EditProps, 'name' | 'value'>) {
  const label = useLabel(fact);
  return (
    <div className="profile-fact">
      <dt>{label}</dt>
      <dd>
        <Edit name={fact.name} value={fact.value} {...rest} />
      </dd>
    </div>
  );
}

function Edit({ name, value, busy, onSave, onCancel }: EditProps) {
  const { t, language } = useWords();
  const [what, setWhat] = useState(name || 'preferred_channel');
  const [now, setNow] = useState(value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSave(what, now.trim());
  };
  const choices = CHOICES[what];
  const choose = (next: string) => {
    // What was chosen for one fact is none of another's choices, and would be sent unseen.
    if (choices ?? CHOICES[next]) setNow('');
    setWhat(next);
  };
  return (
    <form className="form profile-form" onSubmit={submit}>
      {!name && (
        <Field>
          <Field.Label isRegular>{t('profile.name')}</Field.Label>
          <Select isCompact value={what} onChange={(event) => choose(event.target.value)}>
            {Object.entries(FACTS).map(([each, key]) => (
              <option key={each} value={each}>
                {t(key)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field>
        <Field.Label isRegular>{t('profile.value')}</Field.Label>
        {choices ? (
          <Select isCompact value={now} onChange={(event) => setNow(event.target.value)}>
            {[...new Set(['', value, ...choices])].map((each) => (
              <option key={each} value={each}>
                {what === 'language' && choices.includes(each) ? language(each) : each}
              </option>
            ))}
          </Select>
        ) : (
          <Input isCompact maxLength={300} value={now} onChange={(event) => setNow(event.target.value)} />
        )}
      </Field>
      <div className="row">
        {/* Nothing is taken away by adding: that is done at the fact itself. */}
        <Button size="small" isPrimary type="submit" disabled={busy || (!name && !now.trim())}>
          {t('profile.save')}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  );
}

function Away({ asked }: { asked: SourceAsked[] }) {
  const { t, ago } = useWords();
  const now = useNow();
  return asked
    .filter(({ problem }) => problem)
    .map(({ source, at }) => (
      <p className="quiet" key={source}>
        {t('profile.away', { source, ago: ago(at, now) })}
      </p>
    ));
}

function ProvedChip({ proved }: { proved: Proved }) {
  const { t } = useWords();
  if (proved.by === null) return <Chip icon="alert" tone="yellow" text={t('profile.proved.waiting')} small />;
  return <Chip icon="check" tone="green" text={t(`profile.proved.${proved.by}`)} small />;
}

function sourceKey(source: FactSource): Key {
  return `profile.source.${source}`;
}

function useLabel({ name, label }: KnownFact): string {
  const { t } = useWords();
  const key = FACTS[name];
  return key ? t(key) : label;
}
