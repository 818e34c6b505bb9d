import '../css/proposals.css';
import { Button } from '@zendeskgarden/react-buttons';
import { type ReactNode, useState } from 'react';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { Chip } from '../parts/Chip';
import { KeepCase } from '../parts/KeepCase';
import { ArticleLink } from '../parts/Sources';
import { useWords } from '../words';
import { Panel } from './Panel';
import type { CostlyArticle, CostlyArticles, CostlyPair, CostlyTickets } from './types';
import { useSection } from './useSection';

/** Articles that are stale or contradict each other, beside the tickets that they cost. */
export default function ArticlesView() {
  const { t, number } = useWords();
  const section = useSection<CostlyArticles>('articles');
  return (
    <Panel title={t('articles.title')} section={section}>
      {({ articles, pairs, drafts, more }) => (
        <>
          <p className="quiet">{t('articles.told', { drafts: number(drafts) })}</p>
          {articles.length + pairs.length === 0 && <p className="quiet">{t('articles.none')}</p>}
          <ol className="proposals">
            {articles.map((each) => (
              <Stale key={each.key} article={each} />
            ))}
            {pairs.map((each) => (
              <Pair key={each.key} pair={each} />
            ))}
          </ol>
          {more > 0 && <p className="quiet">{t('articles.more', { count: number(more) })}</p>}
        </>
      )}
    </Panel>
  );
}

function Stale({ article }: { article: CostlyArticle }) {
  const { t, number, ago } = useWords();
  const now = useNow();
  const { title, url, updated_at, signs, tickets, matters } = article;
  return (
    <One of={article.key} name={title} tickets={tickets}>
      <h3 dir="auto">
        <ArticleLink title={title} url={url} />
      </h3>
      <div className="row">
        {signs.map((sign) => (
          <Chip key={sign} text={t(`articles.sign.${sign}`)} tone="yellow" small />
        ))}
      </div>
      <p className="quiet dotted">
        <span>{t('articles.cost', { tickets: number(tickets), matters: number(matters) })}</span>
        {updated_at && <span>{t('articles.changed', { ago: ago(updated_at, now) })}</span>}
      </p>
    </One>
  );
}

function Pair({ pair }: { pair: CostlyPair }) {
  const { t, number } = useWords();
  const [one, other] = pair.articles;
  return (
    <One of={pair.key} name={`${one.title} / ${other.title}`} tickets={pair.tickets}>
      <h3 dir="auto">
        <ArticleLink title={one.title} url={one.url} /> <span aria-hidden="true">≠</span> <ArticleLink title={other.title} url={other.url} />
      </h3>
      <div className="row">
        <Chip text={t('articles.pair')} tone="red" small />
      </div>
      {pair.passages.map(([mine, theirs]) => (
        <blockquote key={`${mine} ${theirs}`} dir="auto" className="proposal-says">
          {mine}
          {'\n'}
          {theirs}
        </blockquote>
      ))}
      <p className="quiet">{t('articles.pair.cost', { tickets: number(pair.tickets) })}</p>
    </One>
  );
}

function One({ of, name, tickets, children }: { of: string; name: string; tickets: number; children: ReactNode }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const says = t(open ? 'articles.tickets.hide' : 'articles.tickets');
  return (
    <li className="proposal">
      {children}
      {tickets > 0 && (
        <div>
          <Button size="small" isLink aria-expanded={open} aria-label={`${says}: ${name}`} onClick={() => setOpen(!open)}>
            {says}
          </Button>
        </div>
      )}
      {open && <Tickets of={of} />}
    </li>
  );
}

function Tickets({ of }: { of: string }) {
  const { t, number, moment } = useWords();
  const { host } = useAround();
  const opening = useAct();
  const { found, problem } = useSection<CostlyTickets>(`articles/tickets?${new URLSearchParams({ of })}`);
  if (problem) return <p className="refused">{t(`problem.${problem.code}.title`)}</p>;
  if (!found) return <p className="quiet">{t('overview.loading')}</p>;
  return (
    <>
      <ol className="proposal-evidence">
        {found.tickets.map(({ ticket, agent, at, how, before, after }) => (
          <li key={ticket}>
            <p className="dotted quiet">
              <Button size="small" isLink onClick={() => void opening.run(() => host.openTicket(ticket))}>
                {t('overview.gaps.ticket', { id: ticket })}
              </Button>
              <span>{t(`articles.how.${how}`)}</span>
              <span>{agent}</span>
              <span>{moment(at)}</span>
            </p>
            {before && <del dir="auto">{before}</del>}
            {after && <ins dir="auto">{after}</ins>}
            <KeepCase ticketId={ticket} named />
          </li>
        ))}
      </ol>
      {found.withheld > 0 && <p className="quiet">{t('report.withheld', { count: number(found.withheld) })}</p>}
      {found.more && <p className="quiet">{t('articles.tickets.older')}</p>}
    </>
  );
}
