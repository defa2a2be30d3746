// Where a picture came from, in a word and a sign.
import type { PictureSource } from '../state/use-visit.ts';
import { Icon } from './icons.tsx';

export function SourceTag({ source }: { source: PictureSource }) {
  const words = { cache: 'Local cache', s3: 'S3', failed: 'Not available' }[source];
  return (
    <span className={`tag tag-${source}`}>
      <Icon name={source === 'cache' ? 'disk' : source === 's3' ? 'cloud' : 'alert'} />
      {words}
    </span>
  );
}
