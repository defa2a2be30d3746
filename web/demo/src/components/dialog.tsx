// The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus
// back. Rendered only while open.
import { useEffect, useRef, type ReactNode } from 'react';

interface DialogProps {
  label: string;
  className?: string;
  onClose: () => void;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  children: ReactNode;
}

export function Dialog({ label, className = '', onClose, onKeyDown, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // The element is gone from the page before the browser can hand the focus back.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        // A click on the backdrop is a click on the dialog itself.
        if (event.target === ref.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
