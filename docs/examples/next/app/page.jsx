import { CachedImage } from 'image-cache/react';

// /?picture=https://training.s3.amazonaws.com/0001/a.jpg
export default async function Page({ searchParams }) {
  const { picture } = await searchParams;
  return <main>{picture && <CachedImage s3_url={picture} alt="Training image" />}</main>;
}
