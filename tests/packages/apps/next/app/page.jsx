import { CachedImage } from 'image-cache/react';

// A server component: the <img> is in the HTML, with the address in S3, before any script has run.
export default async function Page({ searchParams }) {
  const { picture } = await searchParams;
  return (
    <main>
      <CachedImage s3_url={picture} actor_id="0001" alt="Training image" />
    </main>
  );
}
