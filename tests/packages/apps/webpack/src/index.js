import { CachedImage } from 'image-cache/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const picture = new URLSearchParams(location.search).get('picture');

createRoot(document.getElementById('root')).render(
  createElement(CachedImage, { s3_url: picture, actor_id: '0001', alt: 'Training image' }),
);
