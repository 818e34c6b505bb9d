import { Button } from '@zendeskgarden/react-buttons';
import type { Owner } from '../api/types';
import { useAround } from '../around';
import { useWords, type Words } from '../words';
import { Icon, type IconName } from './Icon';

const OWNER_ICONS: Record<Owner['kind'], IconName> = {
  assistant: 'bot',
  agent: 'person',
  team: 'group',
  none: 'nobody',
};
export type Open = 'escalate' | 'hand_back' | null;

interface HeaderProps {
  owner: Owner;
  solved: boolean;
  open: Open;
  onOpen: (what: Open) => void;
  onTakeOver: () => Promise<void>;
  /** While it is being taken over: a second click would do it twice. */
  taking: boolean;
}

/** Who has the conversation, and the ways to change hands. What was decided shows in what stands below. */
export function Header({ owner, solved, open, onOpen, onTakeOver, taking }: HeaderProps) {
  const { t } = useWords();
  const own = useOwn(owner);
  const toggle = (what: Open) => onOpen(open === what ? null : what);
  return (
    <header className="card head">
      <div className="head-line">
        <span className={`owner-mark owner-${owner.kind}`}>
          <Icon name={OWNER_ICONS[owner.kind]} />
        </span>
        <div className="head-words">
          <strong>{own ? t('owner.you') : ownerName(owner, t)}</strong>
          <span className="quiet">{saysOf(owner, own, solved, t)}</span>
        </div>
      </div>
      <div className="row">
        <Button size="small" aria-expanded={open === 'escalate'} onClick={() => toggle('escalate')}>
          {t('action.escalate')}
        </Button>
        {(owner.kind === 'agent' || owner.kind === 'team') && (
          <Button size="small" aria-expanded={open === 'hand_back'} aria-label={t('action.hand_back.title')} title={t('action.hand_back.title')} onClick={() => toggle('hand_back')}>
            {t('action.hand_back')}
          </Button>
        )}
        {!own && !solved && (
          <Button size="small" disabled={taking} onClick={() => void onTakeOver()}>
            {t('action.take_over')}
          </Button>
        )}
      </div>
    </header>
  );
}

/** Whether the signed-in agent is the one who has the conversation. */
function useOwn(owner: Owner): boolean {
  const { session } = useAround();
  return owner.kind === 'agent' && owner.name === session.agent.name;
}

function saysOf({ kind }: Owner, own: boolean, solved: boolean, t: Words['t']): string {
  if (own) return t('owner.you.says');
  return kind === 'assistant' && solved ? t('owner.assistant.solved') : t(`owner.${kind}.says`);
}

function ownerName(owner: Owner, t: Words['t']): string {
  if (owner.kind === 'assistant') return t('owner.assistant');
  return owner.name || t('owner.none');
}
