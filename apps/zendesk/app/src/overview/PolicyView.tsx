import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import { Alert } from '../parts/Alert';
import { Chip } from '../parts/Chip';
import { useWords } from '../words';
import { plain, roleName } from './format';
import { Panel } from './Panel';
import { Owners, Triggers } from './PolicyTables';
import type { Enacted, PolicyInForce, PolicyText } from './types';
import { type Section, useSection } from './useSection';

/** The policy as people read it: what holds, who decided that, and what was before. */
export function PolicyView() {
  const { t } = useWords();
  const section = useSection<PolicyInForce>('policy');
  return (
    <div className="overview-grid">
      <div className="wide">
        <Panel title={t('overview.policy.in_force')} section={section}>
          {(policy) => <InForce policy={policy} />}
        </Panel>
      </div>
      <div className="wide">
        <Panel title={t('overview.policy.owners')} section={quietly(section)}>
          {(policy) => <Owners owners={policy.owners} />}
        </Panel>
      </div>
      <div className="wide">
        <Panel title={t('overview.policy.triggers')} section={quietly(section)}>
          {(policy) => <Triggers triggers={policy.triggers} />}
        </Panel>
      </div>
      <Panel title={t('overview.policy.signoffs')} section={quietly(section)}>
        {(policy) => <SignOffs policy={policy} />}
      </Panel>
      <Panel title={t('overview.policy.history')} section={quietly(section)}>
        {(policy) => <History policy={policy} />}
      </Panel>
    </div>
  );
}

const CHANNELS = ['email', 'sms', 'whatsapp', 'web', 'chat', 'messenger', 'instagram', 'voice'] as const;
const isChannel = (name: string): name is (typeof CHANNELS)[number] => (CHANNELS as readonly string[]).includes(name);

/** What went wrong is said once, on the first card. */
function quietly<T>(section: Section<T>): Section<T> {
  return { ...section, problem: null };
}

function InForce({ policy }: { policy: PolicyInForce }) {
  const { t, percent, money, moment } = useWords();
  const { limits } = policy;
  const [newest] = policy.history;
  const named = (name: string) => (isChannel(name) ? t(`channel.${name}`) : plain(name));
  const channels = limits.automatic.map(named).join(', ');
  const facts: [string, string][] = [
    [t('overview.policy.automatic'), channels || t('overview.policy.automatic.none')],
    [t('overview.policy.confidence'), percent(limits.confidence)],
    [t('overview.policy.shadow'), limits.shadow.map(named).join(', ') || t('overview.policy.shadow.none')],
    [t('overview.policy.approvers'), limits.approvers.join(', ') || '–'],
    [t('overview.policy.budget'), limits.per_day === null ? t('overview.policy.budget.none') : money(limits.per_day, limits.currency)],
  ];
  return (
    <>
      <p>
        <strong className="policy-name">{policy.version}</strong>{' '}
        {newest && (
          <span className="quiet">
            {t(`overview.policy.${newest.how}`, { by: newest.by, at: moment(newest.at) })}
          </span>
        )}
      </p>
      {newest?.note && <p>{newest.note}</p>}
      {policy.differs && (
        <Alert type="warning">
          <span className="alert-text">{policy.differs}</span>
        </Alert>
      )}
      <dl className="pairs">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function SignOffs({ policy }: { policy: PolicyInForce }) {
  const { t, moment } = useWords();
  return (
    <>
      {policy.signoffs.length === 0 && <p className="quiet">{t('overview.policy.signoffs.none')}</p>}
      <dl className="pairs">
        {policy.signoffs.map(({ section, roles }) => (
          <div key={section}>
            <dt>{plain(section)}</dt>
            <dd>
              {roles.map(({ role, people }) => (
                <div key={role}>
                  <strong>{roleName(role)}</strong> <span className="quiet">{people.join(', ') || t('overview.policy.nobody')}</span>
                </div>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <h3>{t('overview.policy.signed')}</h3>
      {policy.signed.length === 0 && <p className="quiet">{t('overview.policy.signed.none')}</p>}
      <ul className="lines">
        {policy.signed.map((one) => (
          <li key={`${one.section} ${one.role} ${one.person} ${one.at}`}>
            {t('overview.policy.signed.line', { person: one.person, section: plain(one.section), role: roleName(one.role) })}{' '}
            <span className="quiet">
              {moment(one.at)} · {one.version}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ policy }: { policy: PolicyInForce }) {
  const { t, number } = useWords();
  const [open, setOpen] = useState<string | null>(null);
  if (policy.history.length === 0) return <p className="quiet">{t('overview.policy.history.none')}</p>;
  return (
    <>
      <ol className="lines">
        {policy.history.map((one, place) => (
          <Version
            key={`${one.version} ${one.at}`}
            one={one}
            current={place === 0}
            open={open === `${place}`}
            toggle={() => setOpen(open === `${place}` ? null : `${place}`)}
          />
        ))}
      </ol>
      {policy.older > 0 && <p className="quiet">{t('overview.policy.older', { count: number(policy.older) })}</p>}
    </>
  );
}

function Version({ one, current, open, toggle }: { one: Enacted; current: boolean; open: boolean; toggle: () => void }) {
  const { t, moment } = useWords();
  return (
    <li className="stack-small">
      <div className="row">
        <strong className="policy-name">{one.version}</strong>
        {current && <Chip tone="green" text={t('overview.policy.current')} small />}
        <Button size="small" isLink aria-expanded={open} onClick={toggle}>
          {t(open ? 'overview.policy.hide' : 'overview.policy.read')}
        </Button>
      </div>
      <p className="quiet">
        {t(`overview.policy.${one.how}`, { by: one.by, at: moment(one.at) })}
        {one.note && ` · ${one.note}`}
      </p>
      {open && <Text version={one.version} />}
    </li>
  );
}

function Text({ version }: { version: string }) {
  const { t } = useWords();
  const { found, problem } = useSection<PolicyText>(`policy/${encodeURIComponent(version)}`);
  if (problem) return <p className="refused">{t(`problem.${problem.code}.title`)}</p>;
  if (!found) return <p className="quiet">{t('overview.loading')}</p>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must be able to scroll it
    <pre className="policy-text" tabIndex={0} role="region" aria-label={t('overview.policy.file', { version })}>
      {found.text}
    </pre>
  );
}
