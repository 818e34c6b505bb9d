import '../../css/report.css';
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { Chip } from '../../parts/Chip';
import { useWords } from '../../words';
import { useDuration, useSum } from '../format';
import { Panel } from '../Panel';
import type { Cut, GroupRow, Mark, Measure, Pictures, ReportFound, Scored } from '../types';
import { useDay } from '../useDay';
import { type Section, useSection } from '../useSection';
import { Behind, type Figure } from './Behind';
import { Choice, DEFAULT, type Span, spanQuery } from './Choice';
import { useNames, useShares } from './naming';

const TILES = ['resolved_first', 'contained', 'satisfied', 'recontacted'];
/** `at` is how far down the page it was asked for. */
type Open = (figure: Figure, at: number) => void;

/** How customers' matters went: the report of `handrail report`, with the conversations behind each of its figures. */
export default function ReportView() {
  const { t } = useWords();
  const [span, setSpan] = useState<Span>(DEFAULT);
  const [by, setBy] = useState<Cut>('intent');
  const [open, setOpen] = useState<{ figure: Figure; at: number } | null>(null);
  const show: Open = (figure, at) => setOpen({ figure, at });
  const query = spanQuery(span);
  const section = useSection<ReportFound>(`report?${query}&by=${by}`);
  const pictures = useSection<Pictures>(`report/pictures?${query}&by=${by}`);
  const quiet: Section<ReportFound> = { ...section, problem: null };
  return (
    <>
      <Choice span={span} choose={setSpan} by={by} cut={setBy} />
      {section.found && <ReportTiles report={section.found} />}
      <Panel title={t('report.found')} section={section}>
        {(report) => <Standing report={report} open={show} />}
      </Panel>
      <Panel title={t('report.pictures')} section={pictures}>
        {(found) => <Drawn found={found} />}
      </Panel>
      <Panel title={t('report.groups', { by: t(`report.by.${section.found?.by ?? by}`) })} section={quiet}>
        {(report) => <Groups report={report} open={show} />}
      </Panel>
      <Panel title={t('report.scorecard')} section={quiet}>
        {(report) => <Scorecard report={report} open={show} />}
      </Panel>
      {open && <Behind {...open} query={query} close={() => setOpen(null)} />}
    </>
  );
}

function useMeasures({ measures }: ReportFound): (name: string) => Measure {
  return useMemo(() => {
    const known = new Map(measures.map((measure) => [measure.name, measure]));
    return (name) => known.get(name) ?? { name, title: name, short: name, of: '', side: '', better: '' };
  }, [measures]);
}

function ReportTiles({ report }: { report: ReportFound }) {
  const { t, number } = useWords();
  const measure = useMeasures(report);
  const duration = useDuration();
  const money = useSum();
  const { share, range } = useShares();
  const scored = new Map(report.scorecard.map((one) => [one.measure, one]));
  const middle = (name: string) => {
    const [now, before] = [report.all.seconds[name], report.before.seconds[name]];
    const time = (seconds: number | undefined) => (seconds === undefined ? '–' : duration(seconds * 1_000));
    return now && { value: time(now.median), told: t('report.most', { time: time(now.p90), before: time(before?.median) }) };
  };
  const times = [
    { name: t('report.first'), ...middle('answered_after') },
    { name: t('report.handled'), ...middle('handled') },
  ];
  return (
    <dl className="tiles report-tiles">
      <Tile name={t('report.matters')} value={number(report.all.matters)}>
        {t('report.matters.before', { count: number(report.before.matters) })}
        {report.waiting > 0 && ` · ${t('report.waiting', { count: number(report.waiting) })}`}
      </Tile>
      {TILES.map((name) => {
        const one = scored.get(name);
        if (!one) return null;
        const few = one.now.cases < report.fewest;
        return (
          <Tile key={name} name={measure(name).title} value={few ? '–' : share(one.now)} tone={toneOf(one.better)}>
            {few ? t('report.few', { cases: number(one.now.cases) }) : t('report.interval', range(one.now))}{' '}
            <Change scored={one} fewest={report.fewest} />
          </Tile>
        );
      })}
      {times.map(
        ({ name, value, told }) =>
          value && (
            <Tile key={name} name={name} value={value}>
              {told}
            </Tile>
          ),
      )}
      <Recommending report={report} />
      {report.cost && (
        <Tile name={t('report.cost')} value={money(report.cost.models, report.cost.currency || 'USD')}>
          {t('report.cost.minutes', { minutes: number(Math.round(report.cost.minutes * 10) / 10) })}
        </Tile>
      )}
    </dl>
  );
}

function Recommending({ report }: { report: ReportFound }) {
  const { t, number } = useWords();
  const [now, before] = [report.all.net_promoters, report.before.net_promoters];
  const whole = (score: number | null) => (score === null ? '–' : number(Math.round(score)));
  if (now.cases === 0) return null;
  const few = now.cases < report.fewest;
  return (
    <Tile name={t('report.nps')} value={few ? '–' : whole(now.score)}>
      {few
        ? t('report.few', { cases: number(now.cases) })
        : t('report.nps.of', { low: whole(now.low), high: whole(now.high), cases: number(now.cases), before: whole(before.score) })}
    </Tile>
  );
}

const toneOf = (better: boolean | null) => (better === null ? '' : better ? 'report-good' : 'report-bad');

function Tile({ name, value, tone = '', children }: { name: string; value: string; tone?: string; children: ReactNode }) {
  return (
    <div className="tile card">
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span className={`quiet ${tone}`} dir="auto">
          {children}
        </span>
      </dd>
    </div>
  );
}

/** In points; what may be chance says so in words. */
function Change({ scored, fewest }: { scored: Scored; fewest: number }) {
  const { t } = useWords();
  const { points } = useShares();
  const { change, now, before, sure } = scored;
  if (!change || Math.min(now.cases, before.cases) < fewest) return <>· {t('report.alone')}</>;
  const told = points(change.value);
  return (
    <>
      {'· '}
      {sure ? `${change.value > 0 ? '▲' : '▼'} ${t('report.points', { points: told })}` : t('report.chance', { points: told })}
    </>
  );
}

const CHIPS = { true: ['red', 'report.worse'], false: ['green', 'report.better'], null: ['yellow', 'report.different'] } as const;

function Standing({ report, open }: { report: ReportFound; open: Open }) {
  const { t, number } = useWords();
  const measure = useMeasures(report);
  const name = useNames();
  const day = useDay();
  const { share, range } = useShares();
  const said = (mark: Mark) =>
    t('report.mark', {
      by: t(`report.by.${mark.by}`),
      group: name(mark.by, mark.key, mark.label),
      measure: measure(mark.measure).title,
      share: share(mark.share),
      cases: number(mark.share.cases),
      rest: share(mark.rest),
      ...range(mark.share),
    });
  return (
    <>
      {report.marks.length + report.waves.length === 0 && <p>{t('report.found.none')}</p>}
      <ul className="report-found">
        {report.waves.map((wave) => {
          const group = name(wave.by, wave.key, wave.label);
          const text = t('report.wave', {
            from: day(wave.since),
            to: day(wave.until),
            count: number(wave.count),
            usual: number(Math.round(wave.usual)),
            group,
          });
          return (
            <li key={`${wave.key} ${wave.since}`}>
              <Chip tone="red" text="▲" small /> <span>{text}</span>{' '}
              <Opens
                figure={{ by: wave.by, key: wave.key, group, measure: measure('answered'), counted: true }}
                text={t('report.open')}
                open={open}
              />
            </li>
          );
        })}
        {report.marks.map((mark) => {
          const [tone, word] = CHIPS[`${mark.worse}`];
          return (
            <li key={`${mark.by} ${mark.key} ${mark.measure}`}>
              <Chip tone={tone} text={t(word)} small /> <span>{said(mark)}</span>{' '}
              <Opens
                figure={{ by: mark.by, key: mark.key, group: name(mark.by, mark.key, mark.label), measure: measure(mark.measure) }}
                text={t('report.open')}
                open={open}
              />
            </li>
          );
        })}
      </ul>
      <p className="quiet">{t('report.found.how')}</p>
    </>
  );
}

/** A figure as the button that opens its conversations. */
function Opens({ figure, text, open }: { figure: Figure; text: string; open: Open }) {
  const { t } = useWords();
  const what = figure.group ? `${figure.group}, ${figure.measure.title}` : figure.measure.title;
  return (
    <button
      type="button"
      className="report-figure"
      aria-label={t('report.open.named', { figure: text, what })}
      onClick={({ currentTarget }) => open(figure, currentTarget.getBoundingClientRect().top)}
    >
      {text}
    </button>
  );
}

/** As the web draws them, for the page of the command and for here; read out as one sentence each. */
function Drawn({ found }: { found: Pictures }) {
  const { t } = useWords();
  if (found.unavailable) return <p className="quiet">{t('report.pictures.none', { why: found.unavailable })}</p>;
  return (
    <>
      <div className="report-pictures">
        {found.pictures.map(({ name, title, svg, wide }) => (
          <figure key={name} className={wide ? 'wide' : undefined}>
            <figcaption>{title}</figcaption>
            {/* Our own web's drawing; the page's security policy lets nothing in it run. */}
            <div dir="ltr" dangerouslySetInnerHTML={{ __html: svg }} />
          </figure>
        ))}
      </div>
      <p className="quiet">{t('report.pictures.how')}</p>
    </>
  );
}

function Groups({ report, open }: { report: ReportFound; open: Open }) {
  const { t, number } = useWords();
  const measure = useMeasures(report);
  const name = useNames();
  const duration = useDuration();
  const shown = report.columns.map(measure);
  return (
    <>
      <div className="table-scroll">
        <table className="numbers report-table">
          <thead>
            <tr>
              <th scope="col">{t(`report.by.${report.by}`)}</th>
              <th scope="col" className="numeric">
                {t('report.matters')}
              </th>
              <th scope="col" className="numeric">
                {t('report.first')}
              </th>
              {shown.map((one) => (
                <th scope="col" className="numeric" key={one.name} title={one.of}>
                  {one.short}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.groups.map((row) => {
              const group = name(report.by, row.key, row.label);
              const first = row.seconds.answered_after;
              return (
                <tr key={row.key}>
                  <th scope="row">{group}</th>
                  <td className="numeric">{number(row.matters)}</td>
                  <td className="numeric">{first ? duration(first.median * 1_000) : '–'}</td>
                  {shown.map((one) => (
                    <Cell key={one.name} row={row} measure={one} group={group} report={report} open={open} />
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="quiet">
        {t('report.grey', { count: report.fewest })} {!report.compared && t('report.groups.not')}{' '}
        {report.more > 0 && t('report.groups.more', { count: number(report.more) })}
      </p>
    </>
  );
}

interface CellProps {
  row: GroupRow;
  measure: Measure;
  group: string;
  report: ReportFound;
  open: Open;
}

function Cell({ row, measure, group, report, open }: CellProps) {
  const { t, number } = useWords();
  const { share, range } = useShares();
  const part = row.shares[measure.name];
  if (!part?.cases) return <td className="numeric">–</td>;
  const marked = row.marked[measure.name];
  const tone = marked === undefined ? (part.cases < report.fewest ? 'report-small' : '') : `report-marked-${CHIPS[`${marked}`][0]}`;
  const told = `${t('overview.of', { hits: number(part.hits), cases: number(part.cases) })}, ${t('report.interval', range(part))}`;
  // Colour is not the only sign of a group that stands out.
  const sign = marked === undefined ? '' : marked === null ? '◆ ' : marked ? '▼ ' : '▲ ';
  return (
    <td className={`numeric ${tone}`} title={told}>
      <Opens figure={{ by: report.by, key: row.key, group, measure }} text={`${sign}${share(part)}`} open={open} />
    </td>
  );
}

function Scorecard({ report, open }: { report: ReportFound; open: Open }) {
  const { t } = useWords();
  const measure = useMeasures(report);
  const sides = [...new Set(report.measures.map(({ side }) => side))];
  const rows = report.scorecard.map((scored) => ({ scored, measure: measure(scored.measure) }));
  return (
    <div className="table-scroll">
      <table className="numbers report-table">
        <thead>
          <tr>
            <th scope="col">{t('report.measure')}</th>
            {(['now', 'range', 'before', 'change'] as const).map((head) => (
              <th scope="col" className="numeric" key={head}>
                {t(`report.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sides.map((side) => (
            <Fragment key={side}>
              <tr className="report-side">
                <th colSpan={5} scope="rowgroup">
                  {side}
                </th>
              </tr>
              {rows
                .filter((row) => row.measure.side === side)
                .map((row) => (
                  <ScoredRow key={row.measure.name} {...row} fewest={report.fewest} open={open} />
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ScoredRow({ scored, measure, fewest, open }: { scored: Scored; measure: Measure; fewest: number; open: Open }) {
  const { t, number } = useWords();
  const { share, range, points } = useShares();
  const { now, before, change, sure, better } = scored;
  const small = now.cases < fewest ? 'report-small' : '';
  const compared = change && Math.min(now.cases, before.cases) >= fewest;
  return (
    <tr>
      <th scope="row">
        {measure.title}
        <span className="quiet report-of">{t('report.of', { cases: number(now.cases), of: measure.of })}</span>
      </th>
      <td className={`numeric ${small}`}>
        {now.cases ? <Opens figure={{ by: null, key: '', group: '', measure }} text={share(now)} open={open} /> : '–'}
      </td>
      <td className={`numeric ${small}`}>{now.cases ? t('report.interval', range(now)) : ''}</td>
      <td className="numeric">{share(before)}</td>
      <td className={`numeric ${toneOf(better)}`}>{compared && `${points(change.value)}${sure ? '' : ' ≈'}`}</td>
    </tr>
  );
}
