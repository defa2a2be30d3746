import { CachedImage } from 'image-cache/react';
import { createRoot } from 'react-dom/client';

// /?picture=https://training.s3.amazonaws.com/0001/a.jpg&picture=…
const pictures = new URLSearchParams(location.search).getAll('picture');

createRoot(document.getElementById('root')).render(
  pictures.length === 0
    ? 'Name one: /?picture=URL'
    : pictures.map((url) => (
        <CachedImage
          key={url}
          s3_url={url}
          alt="Training image"
          loading="lazy"
          style={{ maxWidth: '100%' }}
        />
      )),
);
