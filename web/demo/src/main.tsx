import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/actors.css';
import './styles/gallery.css';
import './styles/panels.css';
import './styles/dialogs.css';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// `?devtools`: what the cache does, beside the page. Loaded only then.
if (new URLSearchParams(location.search).has('devtools')) {
  void import('image-cache/devtools').then(({ mountDevtools }) => {
    mountDevtools({ isOpen: true });
  });
}
