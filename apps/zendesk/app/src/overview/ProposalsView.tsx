import '../css/proposals.css';
import { Button } from '@zendeskgarden/react-buttons';
import { Field, Textarea } from '@zendeskgarden/react-forms';
import { useId, useState } from 'react';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { Chip, type Tone } from '../parts/Chip';
import { useWords } from '../words';
import { Panel } from './Panel';
import { PROPOSAL_STATES, type Proposal, type ProposalKind, type Proposals, type ProposalState, type ProposalWish } from './types';
import { useSection } from './useSection';

const TONES: Record<ProposalKind, Tone> = {
  style_rule: 'blue',
  policy_line: 'yellow',
  article_change: 'green',
  article_new: 'green',
  intent_examples: 'grey',
  trigger_missed: 'red',
  trigger_false: 'red',
  intent_new: 'grey',
  intent_split: 'grey',
  intent_merge: 'grey',
  intent_retire: 'grey',
};
// Their evidence is what customers wrote, in which nobody changed anything.
const AS_WRITTEN: readonly ProposalKind[] = ['trigger_missed', 'trigger_false', 'intent_new', 'intent_split', 'intent_merge', 'intent_retire'];
const LONGEST = 20_000;
const LONGEST_WHY = 300;

type Say = (wish: ProposalWish, words?: { says?: string; why?: string }) => Promise<void>;

/** What agents changed alike in drafts: each with its evidence, for a person to accept, edit or refuse. */
export default function ProposalsView() {
  const { t, number } = useWords();
  const { api } = useAround();
  const [state, setState] = useState<ProposalState>('open');
  const section = useSection<Proposals>(`proposals?state=${state}`);
  const say =
    (id: string): Say =>
    async (wish, words = {}) => {
      await api.ruleOnProposal(id, { wish, ...words });
      section.again();
    };
  return (
    <Panel title={t('proposals.title')} section={section} aside={<States chosen={state} choose={setState} />}>
      {({ proposals, all, may }) => (
        <>
          <p className="quiet">{t('proposals.told')}</p>
          {!may && proposals.length > 0 && state === 'open' && <p className="quiet">{t('proposals.others')}</p>}
          {proposals.length === 0 && <p className="quiet">{t(`proposals.none.${state}`)}</p>}
          <ol className="proposals">
            {proposals.map((proposal) => (
              <One key={proposal.id} proposal={proposal} may={may} say={say(proposal.id)} />
            ))}
          </ol>
          {all > proposals.length && <p className="quiet">{t('proposals.more', { count: number(all - proposals.length) })}</p>}
        </>
      )}
    </Panel>
  );
}

function States({ chosen, choose }: { chosen: ProposalState; choose: (state: ProposalState) => void }) {
  const { t } = useWords();
  const name = useId();
  return (
    <fieldset className="periods">
      <legend className="unseen">{t('proposals.states')}</legend>
      {PROPOSAL_STATES.map((state) => (
        <label key={state}>
          <input type="radio" name={name} checked={state === chosen} onChange={() => choose(state)} />
          <span>{t(`proposals.state.${state}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function One({ proposal, may, say }: { proposal: Proposal; may: boolean; say: Say }) {
  const { t, number, ago } = useWords();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const { kind, title, matters, could, agents, customers, effect, decided_by, decided_at, outcome } = proposal;
  const counts = { matters: number(matters), could: number(could), agents: number(agents), customers: number(customers) };
  // Of a sentence or two the title has the words already.
  const longer = proposal.says !== '' && !title.includes(proposal.says);
  return (
    <li className="proposal">
      <div className="row">
        <Chip text={t(`proposals.kind.${kind}`)} tone={TONES[kind]} small />
      </div>
      <h3 dir="auto">{title}</h3>
      <p className="quiet dotted">
        <span>{t('proposals.counts', counts)}</span>
        {effect && <span>{t('proposals.effect', { effect })}</span>}
      </p>
      {longer && (
        <blockquote dir="auto" className="proposal-says">
          {proposal.says}
        </blockquote>
      )}
      {decided_by && decided_at && (
        <p>
          {t(`proposals.decided.${proposal.state === 'refused' ? 'refused' : 'accepted'}`, { by: decided_by, ago: ago(decided_at, now) })}
          {outcome && <> {outcome}</>}
        </p>
      )}
      {may && <Ruling proposal={proposal} say={say} />}
      <div>
        <Button size="small" isLink aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'proposals.evidence.hide' : 'proposals.evidence')}
        </Button>
      </div>
      {open && <Evidence id={proposal.id} />}
    </li>
  );
}

function Ruling({ proposal, say }: { proposal: Proposal; say: Say }) {
  const { t } = useWords();
  const { busy, problem, run } = useAct();
  const [way, setWay] = useState<'accept' | 'edit' | 'refuse' | 'back' | null>(null);
  const [says, setSays] = useState(proposal.says);
  const [why, setWhy] = useState('');
  const { title, kind, state, back } = proposal;
  const done = (thing: Promise<void>) => thing.then(() => setWay(null));
  const cancel = (
    <Button size="small" isBasic disabled={busy} onClick={() => setWay(null)}>
      {t('proposals.cancel')}
    </Button>
  );
  const refused = problem && (
    <p className="refused" role="alert">
      {t(`problem.${problem.code}.title`)}
      {(problem.code === 'invalid' || problem.code === 'forbidden') && <>: {problem.message}</>}
    </p>
  );
  if (state !== 'open' && !back) return null;
  if (way === null) {
    return (
      <div className="row">
        {state === 'open' ? (
          <>
            <Button size="small" isPrimary aria-label={t('proposals.accept.it', { title })} onClick={() => setWay('accept')}>
              {t('proposals.accept')}
            </Button>
            {proposal.says && (
              <Button size="small" aria-label={t('proposals.edit.it', { title })} onClick={() => setWay('edit')}>
                {t('proposals.edit')}
              </Button>
            )}
            <Button size="small" aria-label={t('proposals.refuse.it', { title })} onClick={() => setWay('refuse')}>
              {t('proposals.refuse')}
            </Button>
          </>
        ) : (
          <Button size="small" aria-label={t('proposals.back.it', { title })} onClick={() => setWay('back')}>
            {t('proposals.back')}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className="proposal-ruling">
      {way === 'accept' && <p>{t(`proposals.comes.${kind}`)}</p>}
      {way === 'back' && <p>{t('proposals.comes.back')}</p>}
      {way === 'edit' && (
        <Field>
          <Field.Label>{t('proposals.says')}</Field.Label>
          <Textarea isCompact minRows={2} maxRows={18} maxLength={LONGEST} value={says} onChange={(event) => setSays(event.target.value)} />
        </Field>
      )}
      {way === 'refuse' && (
        <Field>
          <Field.Label>{t('proposals.why')}</Field.Label>
          <Textarea isCompact minRows={1} maxRows={4} maxLength={LONGEST_WHY} value={why} onChange={(event) => setWhy(event.target.value)} />
        </Field>
      )}
      <div className="row">
        <Button
          size="small"
          isPrimary
          disabled={busy || (way === 'edit' && says.trim() === '')}
          onClick={() => void run(() => done(say(way, { ...(way === 'edit' && { says }), ...(way === 'refuse' && { why }) })))}
        >
          {t(`proposals.do.${way}`)}
        </Button>
        {cancel}
      </div>
      {refused}
    </div>
  );
}

function Evidence({ id }: { id: string }) {
  const { t, moment } = useWords();
  const { host } = useAround();
  const opening = useAct();
  const { found, problem } = useSection<Proposal>(`proposals/${encodeURIComponent(id)}`);
  if (problem) return <p className="refused">{t(`problem.${problem.code}.title`)}</p>;
  if (!found) return <p className="quiet">{t('overview.loading')}</p>;
  return (
    <>
      {found.sources.length > 0 && (
        <ul className="proposal-sources">
          {found.sources.map(({ sentence, tickets }) => (
            <li key={sentence} dir="auto">
              {t('proposals.source', { sentence, tickets: tickets.join(', ') })}
            </li>
          ))}
        </ul>
      )}
      <ol className="proposal-evidence">
        {(found.evidence ?? []).map((each) => (
          <li key={`${each.ticket} ${each.at} ${each.after}`}>
            <p className="dotted quiet">
              <Button size="small" isLink onClick={() => void opening.run(() => host.openTicket(each.ticket))}>
                {t('overview.gaps.ticket', { id: each.ticket })}
              </Button>
              <span>{each.agent}</span>
              <span>{moment(each.at)}</span>
            </p>
            {AS_WRITTEN.includes(found.kind) ? (
              <q dir="auto">{each.before || each.after}</q>
            ) : (
              <>
                {each.before ? <del dir="auto">{each.before}</del> : <p className="quiet">{t('proposals.added')}</p>}
                {each.after ? <ins dir="auto">{each.after}</ins> : <p className="quiet">{t('proposals.taken_out')}</p>}
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
