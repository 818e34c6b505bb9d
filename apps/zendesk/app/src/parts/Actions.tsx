import '../css/doing.css';
import { Button } from '@zendeskgarden/react-buttons';
import { Checkbox, Field, Input, Select, Textarea } from '@zendeskgarden/react-forms';
import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import type { ActionInput, Doable, Filled } from '../api/doing';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useFound } from '../hooks/useFound';
import { useReturn } from '../hooks/useReturn';
import { useRuns } from '../hooks/useRuns';
import { useWords } from '../words';
import { Problem, Searching } from './Beside';
import { Fold } from './Card';
import { Icon } from './Icon';
import { Changes, RunList } from './Runs';
import { Refused } from './states';

interface ActionsProps {
  ticketId: string;
  /** The newest word of the ticket: what can be done may hang on it. */
  latest: string;
}

/** What can be done for this customer in the company's own systems; each is shown before it is done. */
export function Actions(props: ActionsProps) {
  const { t } = useWords();
  return (
    <Fold title={t('act.title')}>
      <Asked {...props} />
    </Fold>
  );
}

function Asked({ ticketId, latest }: ActionsProps) {
  const { t } = useWords();
  const { api } = useAround();
  const { runs, refresh } = useRuns(ticketId);
  // What came to its end has changed the record that the others are judged by.
  const ended = runs.filter(({ settled_at }) => settled_at !== null).length;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- after a new word, or a change, it is looked at anew
  const ask = useCallback(() => api.doable(ticketId), [api, ticketId, latest, ended]);
  const { found, problem, again } = useFound(ask);
  const [all, setAll] = useState(false);
  const why = useId();
  if (problem && found === null) return <Problem problem={problem} again={again} />;
  if (found === null) return <Searching />;
  const possible = found.filter((each) => each.possible);
  const rest = found.filter((each) => !each.possible);
  return (
    <>
      <RunList runs={runs} ticketId={ticketId} onAsked={refresh} />
      {possible.length === 0 && <p className="quiet">{t(found.length === 0 ? 'act.nothing' : 'act.none')}</p>}
      <ul className="doables">
        {possible.map((each) => (
          <OneAction key={each.name} action={each} ticketId={ticketId} onAsked={refresh} />
        ))}
      </ul>
      {rest.length > 0 && (
        <Button isLink size="small" aria-expanded={all} aria-controls={why} onClick={() => setAll(!all)}>
          {t(all ? 'act.fewer' : 'act.more', { count: rest.length })}
        </Button>
      )}
      <ul className="doables" id={why} hidden={!all}>
        {rest.map((each) => (
          <li key={each.name} className="doable-not">
            <span>{each.says}</span>
            <span className="quiet">{each.why}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

interface OneProps {
  action: Doable;
  ticketId: string;
  onAsked: () => void;
}

function OneAction({ action, ticketId, onAsked }: OneProps) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const [button, closed] = useReturn();
  const close = () => {
    setOpen(false);
    closed();
  };
  return (
    <li className="doable">
      {open ? (
        <ActionForm
          action={action}
          ticketId={ticketId}
          onCancel={close}
          onDone={() => {
            close();
            onAsked();
          }}
        />
      ) : (
        <button type="button" className="doable-name" ref={button} onClick={() => setOpen(true)}>
          <span>{action.says}</span>
          {action.fits && <span className="chip chip-small chip-blue">{t('act.fits')}</span>}
          <Icon name="chevron" className="aside" />
        </button>
      )}
    </li>
  );
}

interface FormProps {
  action: Doable;
  ticketId: string;
  onCancel: () => void;
  onDone: () => void;
}

/** Filled in, then shown before → after, then done: whatever is changed in the form is looked at anew. */
function ActionForm({ action, ticketId, onCancel, onDone }: FormProps) {
  const { t } = useWords();
  const { api } = useAround();
  const looking = useAct();
  const [filled, setFilled] = useState<Filled>(() => valuesOf(action));
  const [made, setMade] = useState<Doable | null>(action.digest ? action : null);
  const title = useId();
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('input, select, textarea, button')?.focus({ preventScroll: true });
  }, []);
  const change = (name: string, value: string) => {
    setFilled((before) => ({ ...before, [name]: value }));
    setMade(null);
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    void looking.run(async () => setMade(await api.examineAction(ticketId, action.name, filled)));
  };
  const ready = action.inputs.every(({ name, optional }) => optional || filled[name]?.trim());
  return (
    <form className="form" aria-labelledby={title} ref={box} onSubmit={look}>
      <strong id={title}>{action.says}</strong>
      {action.inputs.map((each) => (
        <InputField key={each.name} input={each} value={filled[each.name] ?? ''} onChange={(value) => change(each.name, value)} />
      ))}
      {!made?.digest && (
        <div className="row">
          <Button size="small" type="submit" disabled={!ready || looking.busy}>
            {t('act.look')}
          </Button>
          <Button size="small" isBasic onClick={onCancel}>
            {t('action.cancel')}
          </Button>
        </div>
      )}
      <Refused problem={looking.problem} />
      <div role="status">{made && !made.digest && <Not made={made} />}</div>
      {made?.digest && (
        <Confirm
          key={made.digest}
          made={made}
          digest={made.digest}
          filled={filled}
          ticketId={ticketId}
          onCancel={onCancel}
          onDone={onDone}
        />
      )}
    </form>
  );
}

function Not({ made }: { made: Doable }) {
  const { t } = useWords();
  const missing = made.inputs.filter(({ name }) => made.needs.includes(name)).map(({ says }) => says);
  return <p className="finding finding-warn">{made.why || t('act.missing', { what: missing.join(', ') })}</p>;
}

interface ConfirmProps {
  made: Doable;
  digest: string;
  filled: Filled;
  ticketId: string;
  onCancel: () => void;
  onDone: () => void;
}

/** What would be changed, whose word it takes, and the one click that has it done. */
function Confirm({ made, digest, filled, ticketId, onCancel, onDone }: ConfirmProps) {
  const { t } = useWords();
  const { api } = useAround();
  const doing = useAct();
  const [seen, setSeen] = useState(false);
  // Pressed twice, or sent again because an answer was lost, it is the same wish.
  const [click] = useState(() => crypto.randomUUID());
  const go = async () => {
    const asked = await doing.run(() => api.runAction(ticketId, made.name, { input: filled, digest, click, seen }));
    if (asked) onDone();
  };
  return (
    <>
      <div className="doable-shown" role="status">
        {made.changes.length > 0 && <strong>{t('act.changes')}</strong>}
        <Changes changes={made.changes} />
        {made.approver && <p className="quiet">{t(`act.approver.${made.approver}`)}</p>}
        {made.can_undo && <p className="quiet">{t('act.can_undo')}</p>}
      </div>
      {made.question && (
        <div className="doable-question">
          <p className="quiet">{t('act.question')}</p>
          <blockquote dir="auto">{made.question}</blockquote>
        </div>
      )}
      {made.picture && (
        <Field>
          <Checkbox checked={seen} onChange={(event) => setSeen(event.target.checked)}>
            <Field.Label isRegular>{t('act.seen', { what: made.picture })}</Field.Label>
          </Checkbox>
        </Field>
      )}
      <div className="row">
        <Button size="small" isPrimary disabled={doing.busy || (made.picture !== null && !seen)} onClick={() => void go()}>
          {t(made.approver === 'agent' ? 'act.do' : 'act.ask')}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
      <Refused problem={doing.problem} />
    </>
  );
}

interface FieldProps {
  input: ActionInput;
  value: string;
  onChange: (value: string) => void;
}

function InputField({ input, value, onChange }: FieldProps) {
  const { t } = useWords();
  const label = <Field.Label isRegular>{input.optional ? t('act.optional', { name: input.says }) : input.says}</Field.Label>;
  if (input.kind === 'flag' || input.options.length > 0) {
    const options = input.kind === 'flag' ? [{ value: 'yes', says: t('act.yes') }, { value: 'no', says: t('act.no') }] : input.options;
    const known = options.some((each) => each.value === value);
    return (
      <Field>
        {label}
        <Select isCompact value={value} onChange={(event) => onChange(event.target.value)}>
          {(!known || input.optional) && <option value={known ? '' : value}>{known ? '' : value || t('act.choose')}</option>}
          {options.map((each) => (
            <option key={each.value} value={each.value}>
              {each.says}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  const long = input.kind === 'text' && input.most > 200;
  return (
    <Field>
      {label}
      {long ? (
        <Textarea isCompact dir="auto" minRows={2} maxRows={8} maxLength={input.most} value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input
          isCompact
          dir="auto"
          inputMode={input.kind === 'money' ? 'decimal' : input.kind === 'whole' ? 'numeric' : undefined}
          maxLength={input.kind === 'text' ? input.most : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function valuesOf({ inputs }: Doable): Filled {
  return Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
}
