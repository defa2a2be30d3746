// A sentence about the state of things, and what to do about it.
import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';

interface NoticeProps {
  tone?: 'warning' | 'plain';
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Banner({ tone = 'warning', title, children }: NoticeProps) {
  return (
    <div className={`banner banner-${tone}`} role="status">
      <Icon name="alert" />
      <p>
        <strong>{title}</strong> {children}
      </p>
    </div>
  );
}

export function EmptyState({ title, children, action }: NoticeProps) {
  return (
    <section className="empty" aria-label={title}>
      <Icon name="cloud" />
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </section>
  );
}
