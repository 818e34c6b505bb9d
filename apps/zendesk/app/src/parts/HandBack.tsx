import { Button } from '@zendeskgarden/react-buttons';
import { Field, Select, Textarea } from '@zendeskgarden/react-forms';
import { useEffect, useState } from 'react';
import type { Meant, Passage } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useKept } from '../hooks/useKept';
import { useWords } from '../words';
import { Card } from './Card';
import { Form } from './ChangeHands';
import { Refused } from './states';

const QUIET_MS = 400;

interface HandBackProps {
  ticketId: string;
  onDone: (said: string) => void;
  onCancel: () => void;
}

/** Give the conversation back to the assistant, with words for the customer if the agent has any. */
export function HandBack({ ticketId, onDone, onCancel }: HandBackProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [instruction, setInstruction, sent] = useKept(`hand_back:${ticketId}`);
  const meant = useMeant(ticketId, instruction.trim());
  const [article, setArticle] = useState('');
  const submit = async () => {
    const given = await act.run(() => api.handBack(ticketId, instruction.trim(), article));
    if (!given) return;
    sent();
    onDone(t('action.hand_back.done'));
  };
  return (
    <Card title={t('action.hand_back.title')}>
      <Form onSubmit={submit} onCancel={onCancel} send={t('action.hand_back.send')} ready={!act.busy && !meant?.fault}>
        <Field>
          <Field.Label isRegular>{t('action.hand_back.instruction')}</Field.Label>
          <Field.Hint>{t('action.hand_back.hint')}</Field.Hint>
          <Textarea isCompact minRows={2} maxRows={8} value={instruction} onChange={(event) => setInstruction(event.target.value)} />
        </Field>
        {meant && <Says meant={meant} silent={article === ''} />}
        <FromArticle ticketId={ticketId} words={instruction.trim()} article={article} onChoose={setArticle} />
        <Refused problem={act.problem} />
      </Form>
    </Card>
  );
}

/** What the assistant makes of it, before anything is done: nobody has to guess. Null until that is known. */
function useMeant(ticketId: string, instruction: string): Meant | null {
  const { api } = useAround();
  const [meant, setMeant] = useState<(Meant & { of: string }) | null>(null);
  useEffect(() => {
    if (!instruction) return;
    let current = true;
    const timer = setTimeout(() => {
      api.meant(ticketId, instruction).then(
        (found) => current && setMeant({ ...found, of: instruction }),
        () => current && setMeant(null),
      );
    }, QUIET_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [api, ticketId, instruction]);
  // Of words that have changed since nothing is said: it would be about others.
  return instruction && meant?.of === instruction ? meant : null;
}

function Says({ meant: { lines, fault }, silent }: { meant: Meant; silent: boolean }) {
  const { t } = useWords();
  if (fault) return <p role="alert">{t(`action.hand_back.${fault}`)}</p>;
  if (lines.length === 0) return silent ? <p className="quiet">{t('action.hand_back.nothing')}</p> : null;
  return (
    <div className="hand-back-says">
      <span className="quiet">{t('action.hand_back.says')}</span>
      <ul className="plain-list">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

interface FromArticleProps {
  ticketId: string;
  words: string;
  article: string;
  onChoose: (article: string) => void;
}

/** An article that the assistant is to answer from; it is looked for when the agent asks. */
function FromArticle({ ticketId, words, article, onChoose }: FromArticleProps) {
  const { t } = useWords();
  const { api } = useAround();
  const looking = useAct();
  const [found, setFound] = useState<Passage[]>([]);
  const find = () =>
    looking.run(async () => {
      const passages = (await api.search(ticketId, words)).filter(({ audience }) => audience === 'public');
      setFound([...new Map(passages.map((each) => [each.article_id, each])).values()]);
    });
  if (found.length === 0) {
    return (
      <div className="row">
        <Button isLink size="small" disabled={!words || looking.busy} onClick={() => void find()}>
          {t('action.hand_back.article.find')}
        </Button>
        <Refused problem={looking.problem} />
      </div>
    );
  }
  return (
    <Field>
      <Field.Label isRegular>{t('action.hand_back.article')}</Field.Label>
      <Select isCompact value={article} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{t('action.hand_back.article.none')}</option>
        {found.map(({ article_id: id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </Select>
    </Field>
  );
}
