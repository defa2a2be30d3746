import type { CSSProperties } from 'react';

const IMAGE = /^url\(|gradient\(/i;
const ADDRESS = /^([a-z]+:|[./])/i;

/** A background, so that the placeholder is no element of its own and the picture covers it. */
export function placeholderStyle(placeholder: string): CSSProperties {
  const isAddress = ADDRESS.test(placeholder);
  if (!isAddress && !IMAGE.test(placeholder)) return { backgroundColor: placeholder };
  return {
    // JSON's quotes and escapes are CSS's, too.
    backgroundImage: isAddress ? `url(${JSON.stringify(placeholder)})` : placeholder,
    backgroundPosition: 'center',
    backgroundSize: 'cover',
  };
}
