import { CachedImage } from 'image-cache/react';

// /?picture=https://training.s3.amazonaws.com/0001/a.jpg
export default async function Page({ searchParams }) {
  const { picture } = await searchParams;
  if (!picture) return <main>Name one: /?picture=URL</main>;
  return (
    <main>
      <CachedImage s3_url={picture} alt="Training image" style={{ maxWidth: '100%' }} />
    </main>
  );
}
