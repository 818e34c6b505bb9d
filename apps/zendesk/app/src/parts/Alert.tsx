import '../css/alert.css';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

type Kind = 'info' | 'warning' | 'error';

const ICONS: Record<Kind, IconName> = { info: 'info', warning: 'alert', error: 'block' };

interface AlertProps {
  type: Kind;
  /** `alert` is said at once, `status` when there is a pause; without either it is a part of the page. */
  role?: 'alert' | 'status';
  title?: string;
  children: ReactNode;
}

/** Something that the agent should know before they go on. */
export function Alert({ type, role, title, children }: AlertProps) {
  return (
    <div className={`alert alert-${type}`} role={role}>
      <Icon name={ICONS[type]} />
      <div className="alert-body">
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}
