import { Button } from '@zendeskgarden/react-buttons';
import type { Likeness, MergedPerson, Profile, ProfileAct, SamePerson } from '../api/profile';
import type { Act } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { type Key, useWords } from '../words';

interface SameProps {
  profile: Profile;
  act: Act;
  change: (what: ProfileAct) => Promise<boolean>;
}

/** Who may be the same person, with what speaks for it, and who was found to be: the agent decides and may undo it. */
export function SamePeople({ profile, act, change }: SameProps) {
  return (
    <>
      {profile.proposals.map((other) => (
        <Proposed key={other.id} other={other} busy={act.busy} change={change} />
      ))}
      {profile.merges.map((made) => (
        <Merged key={made.id} made={made} busy={act.busy} change={change} />
      ))}
    </>
  );
}

interface ProposedProps {
  other: SamePerson;
  busy: boolean;
  change: SameProps['change'];
}

function Proposed({ other, busy, change }: ProposedProps) {
  const { t, percent } = useWords();
  const reach = [other.email, other.phone].filter(Boolean).join(' · ');
  return (
    <section className="same" aria-label={t('same.title')}>
      <p className="same-head">
        <strong>{t('same.title')}</strong>
        <span className="quiet">{percent(other.likeness)}</span>
      </p>
      <p>
        {other.name}
        {reach && (
          <span className="quiet" dir="ltr">
            {' '}
            {reach}
          </span>
        )}
      </p>
      <ul className="plain-list quiet">
        {other.links.map((link) => (
          <li key={`${link.kind} ${link.value}`}>{t(wordsOf(link), { value: link.value })}</li>
        ))}
      </ul>
      <div className="row">
        <Button size="small" disabled={busy} onClick={() => void change({ act: 'merge', other: other.id })}>
          {t('same.yes')}
        </Button>
        <Button size="small" isBasic disabled={busy} onClick={() => void change({ act: 'different', other: other.id })}>
          {t('same.no')}
        </Button>
      </div>
    </section>
  );
}

function wordsOf({ kind }: Likeness): Key {
  if (kind === 'name') return 'same.link.name';
  if (kind === 'organization' || kind === 'domain') return 'same.link.company';
  if (kind.startsWith('said_')) return 'same.link.said';
  return kind.startsWith('helpdesk_') ? 'same.link.helpdesk' : 'same.link.both';
}

function Merged({ made, busy, change }: { made: MergedPerson; busy: boolean; change: SameProps['change'] }) {
  const { t, ago } = useWords();
  const now = useNow();
  return (
    <p className="merged quiet">
      {t('same.merged', { name: made.name, who: made.by, ago: ago(made.at, now) })}{' '}
      <Button isLink size="small" disabled={busy} onClick={() => void change({ act: 'unmerge', merge: made.id })}>
        {t('same.undo')}
      </Button>
    </p>
  );
}
